import { eq, inArray } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { people } from '../../db/schema.ts';
import { isPersonName } from '../domain/person-name.ts';
import { notifyOwners } from './notify.ts';
import type { Actor } from './result.ts';

type OwnerAdded = {
  accountId: string;
  personId: string;
  membershipId: string;
  /** Who has let them in; undefined: one of the platform's own systems. */
  byId: string | undefined;
  now: Date;
};

/** Tells all owners of an account, also the new one, who has become an owner and by whom. Inside the transaction. */
export async function notifyOwnerAdded(transaction: Database, added: OwnerAdded): Promise<void> {
  const { accountId, personId, membershipId, byId, now } = added;
  const named = await transaction
    .select({ id: people.id, name: people.name, email: people.email })
    .from(people)
    .where(inArray(people.id, byId === undefined ? [personId] : [personId, byId]));
  const person = named.find(({ id }) => id === personId);
  if (person === undefined || person.email === null) return;
  await notifyOwners(transaction, {
    kind: 'owner_added',
    accountId,
    key: membershipId,
    values: {
      email: person.email,
      name: fitName(person.name),
      by: fitName(named.find(({ id }) => id === byId)?.name),
    },
    now,
  });
}

/** Who did it, as customers are told; undefined: the platform's own systems. Their token is of some admin, whom it is not about. */
export function whoDidIt({ kind, viewer }: Actor): string | undefined {
  return kind === 'platform' ? undefined : viewer?.personId;
}

/** How a mail names a person; null for the platform's own systems, and for who has no name that others may be sent. */
export async function nameForMail(
  transaction: Database,
  personId: string | undefined,
): Promise<string | null> {
  const person = await readPerson(transaction, personId);
  return fitName(person?.name);
}

/** The same, and the e-mail address where there is no such name. */
export async function nameOrEmailForMail(transaction: Database, personId: string): Promise<string | null> {
  const person = await readPerson(transaction, personId);
  return fitName(person?.name) ?? person?.email ?? null;
}

async function readPerson(transaction: Database, personId: string | undefined) {
  if (personId === undefined) return undefined;
  const [person] = await transaction
    .select({ name: people.name, email: people.email })
    .from(people)
    .where(eq(people.id, personId));
  return person;
}

function fitName(name: string | null | undefined): string | null {
  return name != null && isPersonName(name) ? name : null;
}
