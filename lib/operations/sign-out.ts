import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isUuid } from '../../db/queries/entries.ts';
import { sessions, staff } from '../../db/schema.ts';
import { recordEvent } from './record-event.ts';
import { signingInActor, type Visitor } from './start-session.ts';

export type SignOut = { database: Database; sessionId: string; visitor: Visitor; now: Date };

/** Ends a session for good, whatever cookie still names it. A second time changes nothing. */
export async function signOut({ database, sessionId, visitor, now }: SignOut): Promise<void> {
  if (!isUuid(sessionId)) return;
  await database.transaction(async (transaction) => {
    const [ended] = await transaction
      .update(sessions)
      .set({ revokedAt: now })
      .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt)))
      .returning({ personId: sessions.personId });
    if (ended === undefined) return;
    const [role] = await transaction
      .select({ role: staff.role })
      .from(staff)
      .where(and(eq(staff.personId, ended.personId), isNull(staff.endedAt)));
    await recordEvent(transaction, signingInActor(ended.personId, role?.role ?? null, visitor), {
      kind: 'signed_out',
      content: { session: sessionId },
    });
  });
}
