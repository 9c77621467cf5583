import { and, eq, inArray, isNotNull, type SQL, sql } from 'drizzle-orm';
import { isOpen, liveStates, openStates } from '../../lib/domain/entry-lifecycle.ts';
import { needsSecondPerson } from '../../lib/domain/policy.ts';
import { approvalBlocks } from '../../lib/domain/requirements.ts';
import type { Database } from '../client.ts';
import { entries } from '../schema.ts';
import { approvalCounts } from './approvals.ts';
import type { EvaluatedEntry } from './entries.ts';
import { takingFromOthers } from './takeovers.ts';

/** A review is usually done by then; what waits longer is looked at first. */
const SLOW_REVIEW_HOURS = 4;

/**
 * What support looks at, by whose turn it is: `review` everything that waits for support, of it `mine` what the person
 * has asked about or approved first, `second` what another has approved and needs one more, `slow` what waits long;
 * `scope` live entries that ask for more; `customer` what waits for the customer.
 */
export const queueViews = ['review', 'mine', 'second', 'slow', 'scope', 'customer'] as const;
export type QueueView = (typeof queueViews)[number];

export function isQueueView(text: string | undefined): text is QueueView {
  return queueViews.some((view) => view === text);
}

/**
 * Since when support could have decided: the last of checks, proof and the account's answer. Columns are named with
 * their table, so that it stands in any query of entries.
 */
const inReviewSince = sql<Date>`greatest(entries.checks_completed_at,
  coalesce(entries.proven_at, entries.review_requested_at),
  (select max(m.created_at) from thread_messages m where m.entry_id = entries.id and m.side = 'account'))`;

/** The entries of a view, as a condition on `entries`. */
export function inQueue(view: QueueView, personId: string, now: Date): SQL | undefined {
  const inReview = eq(entries.status, 'in_review');
  const first = sql`decisions.entry_id = entries.id and decisions.entry_revision = entries.revision and ${approvalCounts}`;
  switch (view) {
    case 'review':
      return inReview;
    case 'customer':
      return inArray(entries.status, ['pending', 'waiting']);
    case 'mine':
      return and(
        inArray(entries.status, ['in_review', 'waiting']),
        sql`(exists (select from decisions d where d.entry_id = entries.id and d.person_id = ${personId})
          or exists (select from thread_messages m where m.entry_id = entries.id and m.side = 'support'
            and m.person_id = ${personId}))`,
      );
    case 'second':
      return and(
        inReview,
        sql`exists (select from decisions where ${first})`,
        sql`not exists (select from decisions where ${first} and decisions.person_id = ${personId})`,
      );
    case 'slow': {
      const since = new Date(now.getTime() - SLOW_REVIEW_HOURS * 3_600_000).toISOString();
      return and(inReview, sql`${inReviewSince} < ${since}::timestamptz`);
    }
    case 'scope':
      return and(isNotNull(entries.widerScope), inArray(entries.status, [...liveStates]));
  }
}

/** How many rows each view has for this person. */
export async function countQueues(
  database: Database,
  personId: string,
  now: Date,
): Promise<Record<QueueView, number>> {
  const columns = Object.fromEntries(
    queueViews.map((view) => [view, sql<number>`count(*) filter (where ${inQueue(view, personId, now)})`]),
  ) as Record<QueueView, SQL<number>>;
  const [row] = await database.select(columns).from(entries).where(open);
  if (row === undefined) throw new Error('counting returned no row');
  return row;
}

/** Everything that any view has, so that counting does not read the whole table. */
const open = sql`(${inArray(entries.status, [...openStates])} or ${entries.widerScope} is not null)`;

/** Since when each of these waits for support: the time that the queue shows. */
export async function waitingSince(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .select({ id: entries.id, since: sql<Date>`coalesce(${entries.widerScopeAt}, ${inReviewSince})` })
    .from(entries)
    .where(inArray(entries.id, [...ids]));
  return new Map(rows.map((row) => [row.id, row.since]));
}

/**
 * What an approval of each needs besides one person of support: an owner who accepts responsibility, without whom nobody
 * can approve it, or a second person. Nothing for what is no open request.
 */
export async function approvalNeeds(
  database: Database,
  evaluated: readonly EvaluatedEntry[],
): Promise<ReadonlyMap<string, 'owner' | 'second_person'>> {
  const requests = evaluated.filter(({ entry }) => isOpen(entry.status));
  // Who has an address is looked for once control is proven: asking for it must not tell, not even us.
  const proven = requests.filter(({ evaluations }) =>
    evaluations.some((one) => one.requirement === 'control' && one.verdict === 'pass'),
  );
  const taking = await takingFromOthers(
    database,
    proven.map(({ entry }) => entry.id),
    proven[0]?.policy.takeoverDays ?? 0,
  );
  const needs = new Map<string, 'owner' | 'second_person'>();
  for (const { entry, evaluations, facts, policy } of requests) {
    const failed = approvalBlocks(evaluations, []).filter(({ overridable }) => overridable);
    const names = failed.map(({ evaluation }) => evaluation.requirement);
    const circumstances = { abuseHistory: facts.abuseRemovals.length > 0, takeover: taking.has(entry.id) };
    if (entry.responsibilityAcceptedAt === null) needs.set(entry.id, 'owner');
    else if (needsSecondPerson(policy, facts.network, names, circumstances))
      needs.set(entry.id, 'second_person');
  }
  return needs;
}
