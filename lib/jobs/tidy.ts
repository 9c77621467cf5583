import { and, isNull, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { forgetAnswers } from '../../db/queries/lookup-memory.ts';
import {
  foundAddresses,
  idempotencyKeys,
  invitations,
  nodeReports,
  revisionTimes,
  sessions,
  throttles,
} from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { tidyOutbox } from './tidy-outbox.ts';

/** A node may hand over again what it does not know to be taken: longer than `takeCounters` looks back. */
const KEEP_REPORTS_DAYS = 8;
/** For a person, but not for good: they name addresses and senders, and what they count has no hour left to count for. */
const KEEP_FAILED_REPORTS_DAYS = 400;
const KEEP_REVISION_TIMES_DAYS = 30;
const KEEP_IDEMPOTENCY_KEYS_DAYS = 2;
const KEEP_THROTTLES_DAYS = 2;
/** Where somebody signed in from lately is known from them (KNOWN_PLACE_DAYS); after that they are only a trace. */
const KEEP_SESSIONS_DAYS = 60;
const KEEP_INVITATIONS_DAYS = 30;
const KEEP_FOUND_DAYS = 1;

/**
 * Deletes working rows that have served: taken reports, times of old revisions, idempotency keys, throttles, sessions
 * and invitations that ended long ago.
 */
export async function tidy(database: Database, now: Date): Promise<void> {
  await database
    .delete(nodeReports)
    .where(
      or(
        and(isNull(nodeReports.failure), lt(nodeReports.processedAt, addDays(now, -KEEP_REPORTS_DAYS))),
        lt(nodeReports.processedAt, addDays(now, -KEEP_FAILED_REPORTS_DAYS)),
      ),
    );
  await database
    .delete(revisionTimes)
    .where(
      and(
        lt(revisionTimes.at, addDays(now, -KEEP_REVISION_TIMES_DAYS)),
        sql`not exists (select from entries where entries.revision = ${revisionTimes.revision})`,
      ),
    );
  await database
    .delete(idempotencyKeys)
    .where(lt(idempotencyKeys.createdAt, addDays(now, -KEEP_IDEMPOTENCY_KEYS_DAYS)));
  await database.delete(throttles).where(lt(throttles.windowStartedAt, addDays(now, -KEEP_THROTTLES_DAYS)));
  await database.delete(sessions).where(lt(sessions.expiresAt, addDays(now, -KEEP_SESSIONS_DAYS)));
  await database.delete(invitations).where(lt(invitations.expiresAt, addDays(now, -KEEP_INVITATIONS_DAYS)));
  await database.delete(foundAddresses).where(lt(foundAddresses.seenAt, addDays(now, -KEEP_FOUND_DAYS)));
  await forgetAnswers(database, now);
  await tidyOutbox(database, now);
}
