import type { Database } from '../../db/client.ts';
import { type AccountRow, findServer, type ServerRow } from '../../db/queries/entries.ts';
import { type AccountAbility, mayInAccount } from '../domain/permissions.ts';
import { type Actor, type Refusal, refuse } from './result.ts';

/** What every operation on a server of an account is given. `server`: its slug. */
export type ServerOperation = { database: Database; actor: Actor; server: string; now: Date };

/** Finds the server for a person of its account; a foreign one is not found, a missing right is refused. */
export async function serverForPerson(
  { database, actor, server: slug }: ServerOperation,
  ability: AccountAbility,
): Promise<{ ok: true; server: ServerRow; account: AccountRow } | Refusal> {
  if (actor.viewer === null) return refuse.notFound();
  const found = await findServer(database, { ...actor.viewer, staffRole: null }, slug);
  if (found === undefined) return refuse.notFound();
  if (!mayInAccount(actor.viewer, found.account.id, ability)) return refuse.notAllowed(ability);
  return { ok: true, ...found };
}
