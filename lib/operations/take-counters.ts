import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import { addDays } from '../domain/days.ts';
import { MOST_COUNTERS } from '../domain/traffic.ts';

/** Minutes are kept for a while; what comes later still would be added to hours that can no longer be made anew. */
const LATEST_DAYS = 7;
const MINUTE_MS = 60_000;

const count = z.number().int().min(0).max(2_000_000_000).default(0);
const minute = z
  .string()
  .transform((text) => new Date(text))
  .refine((at) => !Number.isNaN(at.getTime()), 'is no time')
  .transform((at) => new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS));

const row = z.object({
  entry_id: z.uuid(),
  minute,
  accepted: count,
  recipients: count,
  bytes: z.number().int().min(0).default(0),
  deferred: count,
  unknown_recipients: count,
  next_hop_refused: count,
  refused: z.record(z.string().max(64), z.number().int().min(0)).default({}),
});
const payload = z.object({ counters: z.array(row).max(MOST_COUNTERS) });

/**
 * Adds what a node has counted to the minutes of the entries. In the transaction that marks the report as taken: then a
 * batch counts once. What names an entry that is none is passed over.
 * @returns why it cannot be taken, null where it was
 */
export async function takeCounters(
  transaction: Database,
  reported: unknown,
  now: Date,
): Promise<string | null> {
  const parsed = payload.safeParse(reported);
  if (!parsed.success) return z.prettifyError(parsed.error);
  const { counters } = parsed.data;
  const late = counters.find((one) => one.minute < addDays(now, -LATEST_DAYS));
  if (late !== undefined) return `counted ${late.minute.toISOString()}, which is too long ago`;
  const early = counters.find((one) => one.minute.getTime() > now.getTime() + 60 * MINUTE_MS);
  if (early !== undefined) return `counted ${early.minute.toISOString()}, which is yet to come`;
  if (counters.length === 0) return null;
  const batch = JSON.stringify(counters);
  // Sorted, so that two batches in one moment take the rows in the same order.
  await transaction.execute(sql`
    with batch as (
      select c.entry_id, c.minute, sum(c.accepted) as accepted, sum(c.recipients) as recipients, sum(c.bytes) as bytes,
        sum(c.deferred) as deferred, sum(c.unknown_recipients) as unknown_recipients,
        sum(c.next_hop_refused) as next_hop_refused, sum_counts(c.refused) as refused
      from jsonb_to_recordset(${batch}::jsonb) as c (entry_id uuid, minute timestamptz, accepted integer,
        recipients integer, bytes bigint, deferred integer, unknown_recipients integer, next_hop_refused integer,
        refused jsonb)
      join entries e on e.id = c.entry_id
      group by c.entry_id, c.minute
      order by c.entry_id, c.minute
    ),
    stale as (
      insert into traffic_stale_hours (entry_id, hour)
      select distinct entry_id, date_trunc('hour', minute, 'UTC') from batch order by 1, 2
      on conflict do nothing
    ),
    active as (
      insert into entry_activity (entry_id, last_accepted_at, last_refused_at)
      select entry_id, max(minute) filter (where accepted > 0),
        max(minute) filter (where next_hop_refused > 0 or refused <> '{}')
      from batch group by entry_id order by entry_id
      on conflict (entry_id) do update set
        last_accepted_at = greatest(entry_activity.last_accepted_at, excluded.last_accepted_at),
        last_refused_at = greatest(entry_activity.last_refused_at, excluded.last_refused_at)
    )
    insert into traffic_minutes (entry_id, minute, accepted, recipients, bytes, deferred, unknown_recipients,
      next_hop_refused, refused)
    select entry_id, minute, accepted, recipients, bytes, deferred, unknown_recipients, next_hop_refused, refused
    from batch
    on conflict (entry_id, minute) do update set
      accepted = traffic_minutes.accepted + excluded.accepted,
      recipients = traffic_minutes.recipients + excluded.recipients,
      bytes = traffic_minutes.bytes + excluded.bytes,
      deferred = traffic_minutes.deferred + excluded.deferred,
      unknown_recipients = traffic_minutes.unknown_recipients + excluded.unknown_recipients,
      next_hop_refused = traffic_minutes.next_hop_refused + excluded.next_hop_refused,
      refused = add_counts(traffic_minutes.refused, excluded.refused)`);
  return null;
}
