import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { people } from '../../db/schema.ts';
import { findZone } from '../domain/local-time.ts';
import { type Result, refuse } from './result.ts';

/** Keeps by which clock a person reads the times of pages and mails, and when their morning is. */
export async function setTimeZone(operation: {
  database: Database;
  personId: string;
  /** IANA name, also an older one or one of `UTC`. */
  timeZone: string;
}): Promise<Result<{ timeZone: string }>> {
  const { database, personId } = operation;
  const timeZone = findZone(operation.timeZone);
  if (timeZone === null) return { ok: false, code: 'invalid', field: 'time_zone', reason: 'unknown' };
  const changed = await database
    .update(people)
    .set({ timeZone })
    .where(and(eq(people.id, personId), isNull(people.erasedAt)))
    .returning({ id: people.id });
  return changed.length === 0 ? refuse.notFound() : { ok: true, timeZone };
}
