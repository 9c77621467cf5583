import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';

const BATCH = 2000;

/**
 * Makes hours of the minutes that have changed, and days of those hours. Each is made anew from what is below it, never
 * added to, so that running it twice, or half of it, changes nothing.
 * @returns how many hours were made; call again while it is a full batch
 */
export async function rollUpTraffic(database: Database): Promise<number> {
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.execute<{ entry_id: string; hour: Date }>(sql`
      delete from traffic_stale_hours
      where (entry_id, hour) in (
        select entry_id, hour from traffic_stale_hours order by entry_id, hour limit ${BATCH} for update skip locked)
      returning entry_id, hour`);
    if (rows.length === 0) return 0;
    const hours = JSON.stringify(rows);
    await transaction.execute(sql`
      insert into traffic_hours (entry_id, hour, accepted, recipients, bytes, deferred, unknown_recipients,
        next_hop_refused, refused)
      select m.entry_id, s.hour, sum(m.accepted), sum(m.recipients), sum(m.bytes), sum(m.deferred),
        sum(m.unknown_recipients), sum(m.next_hop_refused), sum_counts(m.refused)
      from jsonb_to_recordset(${hours}::jsonb) as s (entry_id uuid, hour timestamptz)
      join traffic_minutes m on m.entry_id = s.entry_id and m.minute >= s.hour and m.minute < s.hour + interval '1 hour'
      group by m.entry_id, s.hour
      order by m.entry_id, s.hour
      on conflict (entry_id, hour) do update set
        accepted = excluded.accepted, recipients = excluded.recipients, bytes = excluded.bytes,
        deferred = excluded.deferred, unknown_recipients = excluded.unknown_recipients,
        next_hop_refused = excluded.next_hop_refused, refused = excluded.refused`);
    await transaction.execute(sql`
      with days as (
        select distinct entry_id, (hour at time zone 'UTC')::date as day
        from jsonb_to_recordset(${hours}::jsonb) as s (entry_id uuid, hour timestamptz)
      )
      insert into traffic_days (entry_id, day, accepted, recipients, bytes, deferred, unknown_recipients,
        next_hop_refused, refused)
      select h.entry_id, d.day, sum(h.accepted), sum(h.recipients), sum(h.bytes), sum(h.deferred),
        sum(h.unknown_recipients), sum(h.next_hop_refused), sum_counts(h.refused)
      from days d
      join traffic_hours h on h.entry_id = d.entry_id
        and h.hour >= d.day::timestamp at time zone 'UTC' and h.hour < (d.day + 1)::timestamp at time zone 'UTC'
      group by h.entry_id, d.day
      order by h.entry_id, d.day
      on conflict (entry_id, day) do update set
        accepted = excluded.accepted, recipients = excluded.recipients, bytes = excluded.bytes,
        deferred = excluded.deferred, unknown_recipients = excluded.unknown_recipients,
        next_hop_refused = excluded.next_hop_refused, refused = excluded.refused`);
    return rows.length;
  });
}
