import { and, eq, lt } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { sessions } from '../../db/schema.ts';

/** How exact `last_seen_at` is: a write for each page would be a write too many. */
const SEEN_EVERY_MS = 5 * 60_000;

/** Notes that a session is in use, at most once in five minutes. */
export async function touchSession(
  database: Database,
  session: { sessionId: string; lastSeenAt: Date },
  now: Date,
): Promise<void> {
  const due = new Date(now.getTime() - SEEN_EVERY_MS);
  if (session.lastSeenAt > due) return;
  await database
    .update(sessions)
    .set({ lastSeenAt: now })
    .where(and(eq(sessions.id, session.sessionId), lt(sessions.lastSeenAt, due)));
}
