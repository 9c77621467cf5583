import type { Database } from '../../db/client.ts';
import { type Entry, findEntry, mayOnEntry } from '../../db/queries/entries.ts';
import { concernsOwnAccount } from '../../db/queries/own-accounts.ts';
import { type AccountAbility, mayAsStaff, roleIn, type StaffAbility } from '../domain/permissions.ts';
import { type Actor, type Refusal, readerOf, refuse } from './result.ts';

/** What every operation on an entry is given. */
export type EntryOperation = { database: Database; actor: Actor; id: string; now: Date };

/** Finds the entry for an account's person; a foreign id is not found, a missing right is refused. */
export async function entryForPerson(
  { database, actor, id }: EntryOperation,
  ability: AccountAbility,
): Promise<({ ok: true } & Entry) | Refusal> {
  if (actor.viewer === null) return refuse.notFound();
  const found = await findEntry(database, actor.viewer, id);
  if (found === undefined) return refuse.notFound();
  if (!mayOnEntry(actor.viewer, found, ability)) return refuse.notAllowed(ability);
  return { ok: true, ...found };
}

/** Finds the entry for staff, or for an operator at the command line; anybody else may not, or does not see it. */
async function entryForStaff(
  { database, actor, id }: EntryOperation,
  ability: StaffAbility,
): Promise<({ ok: true } & Entry) | Refusal> {
  const reader = readerOf(actor);
  if (reader === null) return refuse.notFound();
  const found = await findEntry(database, reader, id);
  if (found === undefined) return refuse.notFound();
  if (reader !== 'operator' && !mayAsStaff(reader, ability)) return refuse.notAllowed(ability);
  return { ok: true, ...found };
}

/**
 * The same where something is decided about the entry: nobody decides about an account that they belong to, nor about
 * a rival of such an account over the same addresses.
 */
export async function entryToDecide(
  operation: EntryOperation,
  ability: StaffAbility,
): Promise<({ ok: true } & Entry) | Refusal> {
  const found = await entryForStaff(operation, ability);
  if (!found.ok) return found;
  const { viewer } = operation.actor;
  if (viewer === null) return found;
  // The rows are asked as well as the viewer: a staff token carries no memberships.
  const involved =
    roleIn(viewer, found.account.id) !== null ||
    (await concernsOwnAccount(operation.database, viewer.personId, found.entry.id));
  return involved ? { ok: false, code: 'own_account' } : found;
}
