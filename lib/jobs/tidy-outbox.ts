import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { addDays } from '../domain/days.ts';
import { batch, inBatches } from './in-batches.ts';

/** Longer than anything is reminded of: a review comes round after a year. */
const KEEP_ROWS_DAYS = 400;

const over = sql.raw('(sent_at is not null or dropped_at is not null or folded_into is not null)');
/** To the letter what the index `outbox_to_empty` leaves out, so that it finds the rest. */
const empty = sql.raw(`'{"account": null, "entry": null, "values": {"items": []}}'`);

/** What was written to people goes soon; that it was written stays for long, so that nothing is told a second time. */
export async function tidyOutbox(database: Database, now: Date): Promise<void> {
  const { retention } = await currentPolicy(database);
  const sent = addDays(now, -retention.mail).toISOString();
  await inBatches(
    database,
    sql`update outbox set content = ${empty} where id in (
      select id from outbox where content <> ${empty} and created_at < ${sent}::timestamptz and ${over} ${batch})`,
  );
  const told = addDays(now, -KEEP_ROWS_DAYS).toISOString();
  await inBatches(
    database,
    sql`delete from outbox where id in (
      select id from outbox where created_at < ${told}::timestamptz and ${over} ${batch})`,
  );
}
