import { and, eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { findEntry, isUuid, listEntries } from '../../db/queries/entries.ts';
import { concernsOwnAccount, isReportOfOwnAccount } from '../../db/queries/own-accounts.ts';
import { weeklyAccepted } from '../../db/queries/traffic.ts';
import { abuseReports } from '../../db/schema.ts';
import { shareOfTraffic } from '../domain/abuse-signals.ts';
import { liveStates } from '../domain/entry-lifecycle.ts';
import type { LadderStep } from '../domain/ladder-policy.ts';
import type { RedactedSample } from '../domain/mail-values.ts';
import { formatNetwork, parseNetwork } from '../domain/network.ts';
import { lockForJudging } from './judge-entry.ts';
import { raiseSignalWithin } from './raise-signal.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, readerOf, refuse } from './result.ts';
import { staffPerson } from './staff-person.ts';

export type AssignReport = {
  database: Database;
  actor: Actor;
  reportId: string;
  /** An address that the live entry covers. */
  address: string;
  /** How the person reads it: an ordinary complaint, or one of fraud or malware. */
  grade: 'complaint' | 'grave_complaint';
  reason: string;
  now: Date;
};

/**
 * A person vouches for what a report does not say for certain: which entry it is about, and that it is to be believed.
 * It weighs then like a complaint that our own signature maps, and the ladder acts on it.
 */
export async function assignReport(
  operation: AssignReport,
): Promise<Result<{ entryId: string; step: LadderStep }>> {
  const { database, actor, reportId, grade, reason, now } = operation;
  const person = staffPerson(actor, 'handle_abuse');
  if (!person.ok) return person;
  if (!isUuid(reportId)) return refuse.notFound();
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  const entryId = await entryCovering(operation);
  if (entryId === null) return { ok: false, code: 'invalid', field: 'address', reason: 'no_live_entry' };
  return database.transaction(async (transaction) => {
    await lockForJudging(transaction, entryId);
    const found = await findEntry(transaction, 'operator', entryId);
    if (found === undefined) return refuse.notFound();
    const { personId } = person;
    // Neither what it is about is theirs to weigh, nor to pass on what it seems to be about.
    if (
      personId !== null &&
      ((await concernsOwnAccount(transaction, personId, entryId)) ||
        (await isReportOfOwnAccount(transaction, personId, reportId)))
    ) {
      return { ok: false as const, code: 'own_account' as const };
    }
    const [report] = await transaction
      .update(abuseReports)
      .set({
        ...{ state: 'settled', settledAt: now, settledBy: person.personId, settledReason: reason },
        ...{ mappedBy: 'person', entryId, serverId: found.server.id, notMapped: null },
      })
      .where(and(eq(abuseReports.id, reportId), eq(abuseReports.state, 'for_person')))
      .returning();
    if (report === undefined) return refuse.notFound();
    const at = report.arrivalAt ?? report.receivedAt;
    const weekly = await weeklyAccepted(transaction, entryId, at);
    const raised = await raiseSignalWithin(
      transaction,
      {
        ...{ entryId, kind: grade, at, source: 'report', reportId },
        strength: shareOfTraffic(weekly),
        dedupeKey: `assigned:${reportId}`,
        evidence: { type: report.feedbackType, reporter: report.reporterDomain, weekly },
        sample: sampleIn(report.facts),
      },
      now,
    );
    if (raised.known) throw new Error(`report ${reportId} was assigned before it was settled`);
    await recordEvent(transaction, actor, {
      kind: 'report_assigned',
      ...{ accountId: found.account.id, entryId, serverId: found.server.id },
      content: { report: reportId, grade, evidence: { reason } },
    });
    return { ok: true as const, entryId, step: raised.judgement.step };
  });
}

/** The live entry that covers the address: there is never more than one. */
async function entryCovering({ database, actor, address }: AssignReport): Promise<string | null> {
  const parsed = parseNetwork(address.trim());
  const reader = readerOf(actor);
  if (!parsed.ok || reader === null) return null;
  const { rows } = await listEntries(
    database,
    reader,
    { address: formatNetwork(parsed.network), status: liveStates },
    { limit: 2 },
  );
  const [row, another] = rows;
  return row === undefined || another !== undefined ? null : row.entry.id;
}

function sampleIn(facts: unknown): RedactedSample | null {
  if (typeof facts !== 'object' || facts === null || !('sample' in facts)) return null;
  return facts.sample as RedactedSample | null;
}
