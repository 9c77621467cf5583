import { hash, verify } from '@node-rs/argon2';
import { seedDemo } from '../../db/seed/demo.ts';
import { ensureDemoSecrets, prepareDataDir } from '../data-dir.ts';
import { migrateAll } from '../migrate-all.ts';
import { type Command, done, failed } from './command.ts';
import { table } from './table.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  words: [],
  options: {},
  summary: 'Bring the database to the newest schema; harmless to repeat',
  beforeMigration: true,
  run: async ({ environment }) => {
    await migrateAll(environment.databaseUrl);
    return done('The database has the newest schema.', { migrated: true });
  },
};

export const seedDemoCommand: Command = {
  name: 'seed demo',
  words: [],
  options: {},
  summary: 'Make the demo’s accounts, servers and people where they are missing',
  run: async ({ database, environment, now }) => {
    const complaint = await prepareDataDir(environment.dataDir);
    if (complaint !== null) return failed('data_directory', complaint);
    const { demoPassword } = await ensureDemoSecrets(
      environment.dataDir,
      process.env.DEMO_PASSWORD || undefined,
    );
    const { signIns } = await seedDemo(database, {
      password: demoPassword,
      hashPassword: (password) => hash(password),
      verifyPassword: (stored, password) => verify(stored, password),
      now,
    });
    const people = table(
      ['E-MAIL', 'WHO'],
      signIns.map(({ email, what }) => [email, what]),
    );
    return done(`${people}\n\nPassword of all of them: ${demoPassword}`, {
      sign_ins: signIns,
      password: demoPassword,
    });
  },
};
