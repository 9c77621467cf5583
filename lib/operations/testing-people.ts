import { eq } from 'drizzle-orm';
import { Secret, TOTP } from 'otpauth';
import type { Database } from '../../db/client.ts';
import { accounts, events, memberships, people, staff } from '../../db/schema.ts';
import { createPasswordHasher, type PasswordHasher } from '../adapters/password-hasher.ts';
import type { AccountRole, StaffRole } from '../domain/permissions.ts';
import type { Actor } from './result.ts';

// People for the tests of what they may do. Real rows, real hashes.

export const passwords = createPasswordHasher();
export const goodPassword = 'tidal kettle hums';
const hashed = passwords.hash(goodPassword);

type NewPerson = {
  email: string;
  staff?: StaffRole;
  demo?: boolean;
  member?: { accountId: string; role: AccountRole }[];
  /** Invited, but never signed in. */
  withoutPassword?: boolean;
};

export async function makePerson(database: Database, person: NewPerson): Promise<string> {
  const [made] = await database
    .insert(people)
    .values({
      email: person.email,
      name: 'Jo Baker',
      demo: person.demo ?? false,
      passwordHash: person.withoutPassword ? null : await hashed,
    })
    .returning({ id: people.id });
  if (made === undefined) throw new Error('no person was made');
  if (person.staff !== undefined)
    await database.insert(staff).values({ personId: made.id, role: person.staff });
  for (const membership of person.member ?? []) {
    await database.insert(memberships).values({ personId: made.id, ...membership });
  }
  return made.id;
}

export async function makeAccount(database: Database, slug: string): Promise<string> {
  const [made] = await database.insert(accounts).values({ slug, name: slug }).returning({ id: accounts.id });
  if (made === undefined) throw new Error('no account was made');
  return made.id;
}

export function personActor(personId: string): Actor {
  return {
    kind: 'person',
    viewer: { personId, memberships: [], staffRole: null },
    address: null,
    via: 'portal',
  };
}

/** An authenticator app: another implementation's code for a key and a time. */
export function codeOf(secret: string, at: Date): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at.getTime() });
}

/** What the event chain says of this kind, oldest first. */
export async function eventsOf(
  database: Database,
  kind: string,
): Promise<{ actorId: string | null; content: Record<string, unknown> }[]> {
  const rows = await database.select().from(events).where(eq(events.kind, kind)).orderBy(events.at);
  return rows.map((row) => ({ actorId: row.actorId, content: JSON.parse(row.content) }));
}

/** Counts the work instead of timing it. */
export function countingPasswords(): PasswordHasher & { verified: () => number } {
  let count = 0;
  return {
    hash: passwords.hash,
    verify: (stored, password) => {
      count++;
      return passwords.verify(stored, password);
    },
    verified: () => count,
  };
}
