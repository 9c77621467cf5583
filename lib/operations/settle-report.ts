import { and, eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isUuid } from '../../db/queries/entries.ts';
import { isReportOfOwnAccount } from '../../db/queries/own-accounts.ts';
import { abuseReports } from '../../db/schema.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';
import { staffPerson } from './staff-person.ts';

/** A person has looked at a report that nobody could weigh by itself. What follows from it they do beside it. */
export async function settleReport(operation: {
  database: Database;
  actor: Actor;
  reportId: string;
  reason: string;
  now: Date;
}): Promise<Result<{ reportId: string }>> {
  const { database, actor, reportId, reason, now } = operation;
  const person = staffPerson(actor, 'handle_abuse');
  if (!person.ok) return person;
  if (!isUuid(reportId)) return refuse.notFound();
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  if (person.personId !== null && (await isReportOfOwnAccount(database, person.personId, reportId))) {
    return { ok: false, code: 'own_account' };
  }
  return database.transaction(async (transaction) => {
    const [report] = await transaction
      .update(abuseReports)
      .set({ state: 'settled', settledAt: now, settledBy: person.personId, settledReason: reason })
      .where(and(eq(abuseReports.id, reportId), eq(abuseReports.state, 'for_person')))
      .returning({ id: abuseReports.id, entryId: abuseReports.entryId });
    if (report === undefined) return refuse.notFound();
    await recordEvent(transaction, actor, {
      kind: 'abuse_report_settled',
      content: { report: report.id, entry: report.entryId, reason },
    });
    return { ok: true as const, reportId };
  });
}
