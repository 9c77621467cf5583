import { and, eq, gt, lte, sql } from 'drizzle-orm';
import { storable } from '../../lib/domain/storable.ts';
import type { Database } from '../client.ts';
import { lookupAnswers, lookupPauses } from '../schema.ts';

// What other people's servers said and what they asked of us, so that no process asks twice.

/** A kept answer that is still fresh. */
export async function keptAnswer(
  database: Database,
  kind: string,
  question: string,
  now: Date,
): Promise<unknown | undefined> {
  const [row] = await database
    .select({ content: lookupAnswers.content })
    .from(lookupAnswers)
    .where(
      and(
        eq(lookupAnswers.kind, kind),
        eq(lookupAnswers.question, question),
        gt(lookupAnswers.expiresAt, now),
      ),
    );
  return row?.content;
}

export async function keepAnswer(
  database: Database,
  answer: { kind: string; question: string; content: unknown; fetchedAt: Date; expiresAt: Date },
): Promise<void> {
  const { kind, question, ...values } = storable(answer);
  await database
    .insert(lookupAnswers)
    .values({ kind, question, ...values })
    .onConflictDoUpdate({ target: [lookupAnswers.kind, lookupAnswers.question], set: values });
}

export async function forgetAnswers(database: Database, now: Date): Promise<void> {
  await database.delete(lookupAnswers).where(lte(lookupAnswers.expiresAt, now));
  await database.delete(lookupPauses).where(lte(lookupPauses.pausedUntil, now));
}

/** Until when a server is left alone, or null. */
export async function pausedUntil(database: Database, server: string, now: Date): Promise<Date | null> {
  const [row] = await database
    .select({ until: lookupPauses.pausedUntil })
    .from(lookupPauses)
    .where(and(eq(lookupPauses.server, server), gt(lookupPauses.pausedUntil, now)));
  return row?.until ?? null;
}

/** Leaves a server alone; never for a shorter time than it was promised before. */
export async function pauseServer(database: Database, server: string, until: Date): Promise<void> {
  await database
    .insert(lookupPauses)
    .values({ server, pausedUntil: until })
    .onConflictDoUpdate({
      target: lookupPauses.server,
      set: { pausedUntil: sql`greatest(${lookupPauses.pausedUntil}, ${until})` },
    });
}
