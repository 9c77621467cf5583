import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isUuid } from '../../db/queries/entries.ts';
import { concernsOwnAccount } from '../../db/queries/own-accounts.ts';
import { entries, signals } from '../../db/schema.ts';
import { judgeEntry, lockForJudging } from './judge-entry.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';
import { staffPerson } from './staff-person.ts';

/** A signal was wrong: it stays to be read, with the reason, and counts no more. */
export async function setSignalAside(operation: {
  database: Database;
  actor: Actor;
  signalId: string;
  reason: string;
  now: Date;
}): Promise<Result<{ entryId: string }>> {
  const { database, actor, signalId, reason, now } = operation;
  const person = staffPerson(actor, 'handle_abuse');
  if (!person.ok) return person;
  if (!isUuid(signalId)) return refuse.notFound();
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  const [known] = await database
    .select({ entryId: signals.entryId, accountId: entries.accountId, serverId: entries.serverId })
    .from(signals)
    .innerJoin(entries, eq(entries.id, signals.entryId))
    .where(eq(signals.id, signalId));
  if (known === undefined) return refuse.notFound();
  if (person.personId !== null && (await concernsOwnAccount(database, person.personId, known.entryId))) {
    return { ok: false, code: 'own_account' };
  }
  return database.transaction(async (transaction) => {
    await lockForJudging(transaction, known.entryId);
    const [aside] = await transaction
      .update(signals)
      .set({ setAsideAt: now, setAsideBy: person.personId, setAsideReason: reason })
      .where(and(eq(signals.id, signalId), isNull(signals.setAsideAt)))
      .returning();
    if (aside === undefined) return { ok: true as const, entryId: known.entryId };
    await judgeEntry(transaction, known.entryId, now);
    await recordEvent(transaction, actor, {
      kind: 'signal_set_aside',
      ...known,
      content: { signal: signalId, kind: aside.kind, evidence: { reason } },
    });
    return { ok: true as const, entryId: known.entryId };
  });
}
