import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { listEntries } from '../../db/queries/entries.ts';
import { displayNetwork } from '../../db/queries/entry-facts.ts';
import { staffClocks } from '../../db/queries/reminders.ts';
import { entries } from '../../db/schema.ts';
import { wallClock } from '../domain/local-time.ts';
import { DIGEST_HOUR, notifyStaff } from '../operations/notify.ts';

const MOST_LISTED = 10;

/** Once a day, by each person's own clock, what waits for a decision. Nothing waits: no mail. */
export async function remindStaff(database: Database, now: Date): Promise<void> {
  const persons = (await staffClocks(database)).filter(
    ({ timeZone }) => wallClock(now, timeZone).hour >= DIGEST_HOUR,
  );
  if (persons.length === 0) return;
  const inReview = await database.$count(entries, eq(entries.status, 'in_review'));
  if (inReview === 0) return;
  const waitingForProof = await database.$count(entries, eq(entries.status, 'pending'));
  const waitingForAnswer = await database.$count(entries, eq(entries.status, 'waiting'));
  const queue = await listEntries(
    database,
    'operator',
    { status: ['in_review'] },
    { limit: MOST_LISTED },
    'oldest',
  );
  const oldest = queue.rows.map(({ entry, server, account }) => ({
    id: entry.id,
    network: displayNetwork(entry.network),
    label: entry.label,
    server: server.slug,
    account: account.name,
    since: entry.createdAt.toISOString(),
  }));
  for (const { personId, timeZone } of persons) {
    await database.transaction((transaction) =>
      notifyStaff(transaction, {
        kind: 'queue_digest',
        key: wallClock(now, timeZone).date,
        to: [personId],
        values: { inReview, waitingForProof, waitingForAnswer, oldest },
        now,
      }),
    );
  }
}
