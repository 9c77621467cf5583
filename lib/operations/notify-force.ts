import { and, eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { displayNetwork } from '../../db/queries/entry-facts.ts';
import { entries, entryStanding, servers } from '../../db/schema.ts';
import { type ForceCause, forceCauses, type MailEntry } from '../domain/mail-values.ts';
import { notifyOwners } from './notify.ts';

/** One mail names so many entries; the list in the portal has the rest. */
export const MOST_LISTED = 50;

export type ForceStanding = {
  entry: MailEntry;
  accountId: string;
  revision: number;
  /** Null: in force. */
  cause: ForceCause | null;
};

/** What is looked at: the active entries of one server, or of all servers of an account, or one entry. */
export type ForceScope = { serverId: string } | { accountId: string } | { entryId: string };

/** Which active entries are in force at `now`, and why the others are not. By id of the entry. */
export async function forceStandings(
  database: Database,
  scope: ForceScope,
  now: Date,
): Promise<Map<string, ForceStanding>> {
  const rows = await database
    .select({
      id: entries.id,
      accountId: entries.accountId,
      network: entries.network,
      label: entries.label,
      server: servers.slug,
      revision: entries.revision,
      reviewBy: entries.reviewBy,
      state: entryStanding.state,
      reason: entryStanding.reason,
      expiresAt: entryStanding.expiresAt,
    })
    .from(entries)
    .innerJoin(entryStanding, eq(entryStanding.entryId, entries.id))
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .where(and(eq(entries.status, 'active'), within(scope)))
    .orderBy(servers.slug, entries.network);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        entry: { id: row.id, network: displayNetwork(row.network), label: row.label, server: row.server },
        accountId: row.accountId,
        revision: row.revision,
        cause: causeOf(row, now),
      },
    ]),
  );
}

function within(scope: ForceScope) {
  if ('entryId' in scope) return eq(entries.id, scope.entryId);
  return 'serverId' in scope ? eq(entries.serverId, scope.serverId) : eq(entries.accountId, scope.accountId);
}

/** Why an active entry is not in force at `now`, or null where it is: its standing, and then the clock. */
export function causeOf(
  row: { state: string; reason: string; expiresAt: Date | null; reviewBy: Date | null },
  now: Date,
): ForceCause | null {
  if (row.state === 'in_force') {
    if (row.expiresAt === null || row.expiresAt > now) return null;
    return row.reviewBy !== null && row.reviewBy <= now ? 'renewal_overdue' : 'subscription_unpaid';
  }
  const cause = forceCauses.find((each) => each === row.reason);
  if (cause === undefined) throw new Error(`no mail says why an entry is not in force: ${row.reason}`);
  return cause;
}

/**
 * Tells the owners what went out of force and what came back, one mail a cause. Call it in the transaction of the
 * change, with what stood before and after it.
 * @returns whether there was anything to tell
 */
export async function notifyForceChange(
  transaction: Database,
  change: {
    before: ReadonlyMap<string, ForceStanding>;
    after: ReadonlyMap<string, ForceStanding>;
    reason?: string | null;
    now: Date;
  },
): Promise<boolean> {
  const { before, after, reason = null, now } = change;
  const told = new Map<
    string,
    { kind: 'out_of_force' | 'back_in_force'; cause: ForceCause; of: ForceStanding[] }
  >();
  const tell = (kind: 'out_of_force' | 'back_in_force', cause: ForceCause, standing: ForceStanding) => {
    const group = told.get(`${kind}:${cause}`) ?? { kind, cause, of: [] };
    group.of.push(standing);
    told.set(`${kind}:${cause}`, group);
  };
  for (const [id, then] of before) {
    const today = after.get(id);
    if (today === undefined) continue;
    if (then.cause === null && today.cause !== null) tell('out_of_force', today.cause, today);
    if (then.cause !== null && today.cause === null) tell('back_in_force', then.cause, today);
  }
  for (const { kind, cause, of } of told.values()) {
    const [first] = of;
    if (first === undefined) continue;
    const listed = { entries: of.slice(0, MOST_LISTED).map(({ entry }) => entry), total: of.length };
    // The change has stamped what it concerns with its revision, so the newest of them names the change.
    const revision = Math.max(...of.map((standing) => standing.revision));
    const key = `${first.accountId}:${revision}:${cause}`;
    await notifyOwners(transaction, {
      kind,
      accountId: first.accountId,
      values: { cause, reason, listed },
      key,
      now,
    });
  }
  return told.size > 0;
}
