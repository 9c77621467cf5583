import { parseEnvironment } from '../../lib/env.ts';
import { describeProblems } from '../../lib/env-values.ts';
import { type CommandOutcome, runCommandLine } from '../commands/run-command-line.ts';

/** A command in this process, as `bin/postern.ts` runs it in one of its own. */
export async function postern(databaseUrl: string, ...argv: string[]): Promise<CommandOutcome> {
  return posternWith({ DATABASE_URL: databaseUrl }, ...argv);
}

/** The same, with further settings. */
export async function posternWith(
  settings: { DATABASE_URL: string; POSTERN_DATA_DIR?: string },
  ...argv: string[]
): Promise<CommandOutcome> {
  const parsed = parseEnvironment({
    PORTAL_URL: 'https://portal.example',
    AUTH_SECRET: 'a secret for tests that is long enough',
    ...settings,
  });
  if (!parsed.ok) throw new Error(describeProblems(parsed.problems));
  const { environment } = parsed;
  const told: string[] = [];
  const outcome = await runCommandLine(
    argv,
    async () => ({ ok: true, environment, close: async () => {} }),
    (line) => told.push(line),
  );
  return { ...outcome, stderr: [...told, ...(outcome.stderr === '' ? [] : [outcome.stderr])].join('\n') };
}
