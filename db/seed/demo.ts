import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import {
  accounts,
  memberships,
  people,
  senderDomains,
  servers,
  smtpCredentials,
  staff,
  subscriptions,
} from '../schema.ts';

type DemoAccount = {
  slug: string;
  name: string;
  plan: 'paid' | 'free';
  server: string;
  domain: string;
  people: { email: string; name: string; role: 'owner' | 'member' }[];
};

const demoAccounts: readonly DemoAccount[] = [
  {
    slug: 'acme',
    name: 'Acme Devices',
    plan: 'paid',
    server: 'acme-production',
    domain: 'acme.example',
    people: [
      { email: 'owner@acme.example', name: 'Jo Reyes', role: 'owner' },
      { email: 'member@acme.example', name: 'Sam Okafor', role: 'member' },
    ],
  },
  {
    slug: 'globex',
    name: 'Globex',
    plan: 'paid',
    server: 'globex-mail',
    domain: 'globex.example',
    people: [{ email: 'owner@globex.example', name: 'Ines Duarte', role: 'owner' }],
  },
  {
    slug: 'initech',
    name: 'Initech',
    plan: 'free',
    server: 'initech-trial',
    domain: 'initech.example',
    people: [{ email: 'owner@initech.example', name: 'Peter Lund', role: 'owner' }],
  },
];

const demoStaff = [
  { email: 'support@postern.example', name: 'Mara Lindt', role: 'support' },
  { email: 'support2@postern.example', name: 'Tomas Vik', role: 'support' },
  { email: 'admin@postern.example', name: 'Ada Brandt', role: 'admin' },
] as const;

export type DemoSeed = {
  password: string;
  /** argon2id, as sign-in and nodes verify it. */
  hashPassword: (password: string) => Promise<string>;
  /** Whether a stored hash is of this password. */
  verifyPassword: (hash: string, password: string) => Promise<boolean>;
  now: Date;
};

export type DemoSummary = { signIns: { email: string; what: string }[] };

/** Makes the demo's accounts, servers and people where they are missing; what is there stays as it is. */
export async function seedDemo(database: Database, seed: DemoSeed): Promise<DemoSummary> {
  const passwordHash = await seed.hashPassword(seed.password);
  await database.transaction(async (transaction) => {
    for (const account of demoAccounts) await seedAccount(transaction, account, seed, passwordHash);
    for (const person of demoStaff) {
      const personId = await seedPerson(transaction, person, seed, passwordHash);
      await transaction.insert(staff).values({ personId, role: person.role }).onConflictDoNothing();
    }
  });
  return {
    signIns: [
      ...demoAccounts.flatMap((account) =>
        account.people.map((person) => ({ email: person.email, what: `${person.role} of ${account.name}` })),
      ),
      ...demoStaff.map((person) => ({ email: person.email, what: person.role })),
    ],
  };
}

async function seedAccount(
  transaction: Database,
  demo: DemoAccount,
  seed: DemoSeed,
  passwordHash: string,
): Promise<void> {
  const [known] = await transaction.select().from(accounts).where(eq(accounts.slug, demo.slug));
  const account =
    known ?? (await transaction.insert(accounts).values({ slug: demo.slug, name: demo.name }).returning())[0];
  if (account === undefined) throw new Error('the insert of an account returned no row');
  const [knownServer] = await transaction.select().from(servers).where(eq(servers.slug, demo.server));
  const server =
    knownServer ??
    (
      await transaction
        .insert(servers)
        .values({ accountId: account.id, slug: demo.server, name: demo.server })
        .returning()
    )[0];
  if (server === undefined) throw new Error('the insert of a server returned no row');
  if (knownServer === undefined) {
    await transaction.insert(subscriptions).values({
      serverId: server.id,
      planId: demo.plan,
      status: 'active',
      paidUntil: demo.plan === 'paid' ? oneYearAfter(seed.now) : null,
    });
    await transaction
      .insert(senderDomains)
      .values({ serverId: server.id, domain: demo.domain, source: 'feed', verifiedAt: seed.now });
  }
  await seedCredential(transaction, server.id, demo.server, seed, passwordHash);
  for (const person of demo.people) {
    const personId = await seedPerson(transaction, person, seed, passwordHash);
    if (known === undefined) {
      await transaction.insert(memberships).values({ accountId: account.id, personId, role: person.role });
    }
  }
}

/** The demo's password may be set anew from outside: then the old credential ends and a new one takes its place. */
async function seedCredential(
  transaction: Database,
  serverId: string,
  username: string,
  seed: DemoSeed,
  passwordHash: string,
): Promise<void> {
  const current = and(eq(smtpCredentials.username, username), isNull(smtpCredentials.endedAt));
  const [known] = await transaction.select().from(smtpCredentials).where(current);
  if (known !== undefined && (await seed.verifyPassword(known.passwordHash, seed.password))) return;
  if (known !== undefined)
    await transaction.update(smtpCredentials).set({ endedAt: seed.now }).where(current);
  await transaction.insert(smtpCredentials).values({ serverId, username, passwordHash });
}

async function seedPerson(
  transaction: Database,
  demo: { email: string; name: string },
  seed: DemoSeed,
  passwordHash: string,
): Promise<string> {
  const [known] = await transaction.select().from(people).where(sql`lower(${people.email}) = ${demo.email}`);
  if (known === undefined) {
    const [person] = await transaction
      .insert(people)
      .values({ ...demo, passwordHash, demo: true })
      .returning();
    if (person === undefined) throw new Error('the insert of a person returned no row');
    return person.id;
  }
  const same = known.passwordHash !== null && (await seed.verifyPassword(known.passwordHash, seed.password));
  if (known.demo && !same)
    await transaction.update(people).set({ passwordHash }).where(eq(people.id, known.id));
  return known.id;
}

function oneYearAfter(now: Date): Date {
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + 1);
  return end;
}
