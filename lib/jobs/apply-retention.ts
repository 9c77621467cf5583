import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { addDays } from '../domain/days.ts';
import type { Retention } from '../domain/retention.ts';
import { batch, inBatches } from './in-batches.ts';

/** What ends for each kind of data of the policy. Mail has a job of its own, since what is sent is not all that ends. */
const endings: Readonly<Record<Exclude<keyof Retention, 'mail'>, (before: string) => SQL>> = {
  rawAbuseReports: (before) => sql`
    update abuse_reports set raw = null where id in (
      select id from abuse_reports where raw is not null and received_at < ${before}::timestamptz ${batch})`,
  // What a person still has to look at waits for that person.
  abuseReports: (before) => sql`
    delete from abuse_reports where id in (
      select r.id from abuse_reports r where r.received_at < ${before}::timestamptz and r.state <> 'for_person'
        and not exists (select from signals s where s.report_id = r.id) ${batch})`,
  signals: (before) => sql`
    delete from signals where id in (
      select id from signals where at < ${before}::timestamptz ${batch})`,
  trafficMinutes: (before) => sql`
    delete from traffic_minutes where (entry_id, minute) in (
      select entry_id, minute from traffic_minutes where minute < ${before}::timestamptz ${batch})`,
  trafficHours: (before) => sql`
    delete from traffic_hours where (entry_id, hour) in (
      select entry_id, hour from traffic_hours where hour < ${before}::timestamptz ${batch})`,
  trafficDays: (before) => sql`
    delete from traffic_days where (entry_id, day) in (
      select entry_id, day from traffic_days where day < (${before}::timestamptz at time zone 'UTC')::date ${batch})`,
  rawEvidence: (before) => sql`
    update evidence set raw = null where id in (
      select id from evidence where raw is not null and checked_at < ${before}::timestamptz ${batch})`,
  sightings: (before) => sql`
    delete from sightings where (address, server_id, day) in (
      select address, server_id, day from sightings where day < (${before}::timestamptz at time zone 'UTC')::date
      ${batch})`,
  senderSightings: (before) => sql`
    delete from sender_sightings where (address, domain, day) in (
      select address, domain, day from sender_sightings
      where day < (${before}::timestamptz at time zone 'UTC')::date ${batch})`,
  eventAddresses: (before) => sql`
    delete from event_private where event_id in (
      select event_id from event_private where at < ${before}::timestamptz ${batch})`,
};

/** The fuse counts minutes; what is a day old is of no use to it. */
const KEEP_COUNTS_DAYS = 1;

/**
 * Ends what is kept for a time only, kind by kind, by the policy's own days. Minutes that hours are still to be made of
 * are days younger than any that goes.
 */
export async function applyRetention(database: Database, now: Date): Promise<void> {
  const { retention } = await currentPolicy(database);
  for (const [kind, ending] of Object.entries(endings) as [
    keyof typeof endings,
    (typeof endings)['signals'],
  ][]) {
    await inBatches(database, ending(addDays(now, -retention[kind]).toISOString()));
  }
  const counted = addDays(now, -KEEP_COUNTS_DAYS).toISOString();
  await database.execute(sql`delete from fuse_counts where at < ${counted}::timestamptz`);
}
