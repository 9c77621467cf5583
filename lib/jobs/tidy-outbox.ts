import { and, isNotNull, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { outbox } from '../../db/schema.ts';
import { addDays } from '../domain/requirements.ts';

/** Longer than anything is reminded of: a review comes round after a year. */
const KEEP_ROWS_DAYS = 400;

/** What was written to people goes soon; that it was written stays for long, so that nothing is told a second time. */
export async function tidyOutbox(database: Database, now: Date): Promise<void> {
  const { retention } = await currentPolicy(database);
  const over = or(isNotNull(outbox.sentAt), isNotNull(outbox.droppedAt), isNotNull(outbox.foldedInto));
  const empty = { account: null, entry: null, values: { items: [] } };
  await database
    .update(outbox)
    .set({ content: empty })
    .where(
      and(
        over,
        lt(outbox.createdAt, addDays(now, -retention.mail)),
        sql`${outbox.content} <> ${JSON.stringify(empty)}::jsonb`,
      ),
    );
  await database.delete(outbox).where(and(over, lt(outbox.createdAt, addDays(now, -KEEP_ROWS_DAYS))));
}
