import { and, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { entries } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { liveStates, openStates } from '../domain/entry-lifecycle.ts';
import { notifyOwnersOfEach } from './notify.ts';
import { recordEvents } from './record-event.ts';
import type { Actor } from './result.ts';

/**
 * The owner who stood for entries is no owner of the account any more: of live ones an attestation by another is due
 * in some days, of requests another has to accept responsibility. Call it in the transaction that ends the membership,
 * before its event: the clock comes before the chain.
 * @returns how many entries it concerned
 */
export async function sponsorLeft(
  transaction: Database,
  actor: Actor,
  { accountId, personId, now }: { accountId: string; personId: string; now: Date },
): Promise<number> {
  const { sponsorDays } = await currentPolicy(transaction);
  const due = addDays(now, sponsorDays);
  const theirs = and(eq(entries.accountId, accountId), eq(entries.sponsorId, personId));
  const columns = { id: entries.id, serverId: entries.serverId, reviewBy: entries.reviewBy };
  const live = await transaction
    .update(entries)
    .set({ reviewBy: sql`least(${entries.reviewBy}, ${due.toISOString()}::timestamptz)`, updatedAt: now })
    .where(
      and(
        theirs,
        inArray(entries.status, [...liveStates]),
        or(isNull(entries.reviewBy), gt(entries.reviewBy, due)),
      ),
    )
    .returning(columns);
  const open = await transaction
    .update(entries)
    .set({
      responsibilityAcceptedAt: null,
      responsibilityAcceptedBy: null,
      termsVersion: null,
      sponsorId: null,
      updatedAt: now,
    })
    .where(and(theirs, inArray(entries.status, [...openStates])))
    .returning(columns);
  await recordEvents(
    transaction,
    actor,
    [...live, ...open].map(({ id, serverId, reviewBy }) => ({
      kind: 'sponsor_left',
      accountId,
      entryId: id,
      serverId,
      content: { person: personId, reviewBy: reviewBy?.toISOString() ?? null },
    })),
  );
  // Of live ones the reminder to renew tells; a request would wait for its owner without a word.
  const notices = open.map(
    ({ id: entryId }) => ({ kind: 'owner_needed', accountId, entryId, values: {}, now }) as const,
  );
  await notifyOwnersOfEach(transaction, notices);
  return live.length + open.length;
}
