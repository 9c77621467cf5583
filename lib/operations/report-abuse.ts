import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { weeklyAccepted } from '../../db/queries/traffic.ts';
import { type AbuseReportState, abuseReports } from '../../db/schema.ts';
import { type SignalKind, shareOfTraffic } from '../domain/abuse-signals.ts';
import { type FeedbackReport, parseFeedbackReport } from '../domain/arf.ts';
import type { RedactedSample } from '../domain/mail-values.ts';
import { redactMailbox, redactSample } from '../domain/redacted-sample.ts';
import type { Secrets } from '../secrets/keys.ts';
import { lockForJudging } from './judge-entry.ts';
import { type Mapped, mapReport } from './map-report.ts';
import { type NewSignal, raiseSignalWithin } from './raise-signal.ts';
import { recordEvent } from './record-event.ts';
import type { Actor, Result } from './result.ts';

export type ReportRow = typeof abuseReports.$inferSelect;

export type ReportAbuse = { database: Database; actor: Actor; raw: Uint8Array; secrets: Secrets; now: Date };

/** Reports that say nothing against the sender (RFC 5965 7.3, RFC 6591, RFC 6430). */
const harmless: readonly string[] = ['not-spam', 'auth-failure', 'opt-out', 'opt-out-list'];
/** What a report calls the message, and what signal that is. */
const complaints: Readonly<Record<string, SignalKind>> = {
  abuse: 'complaint',
  fraud: 'grave_complaint',
  virus: 'grave_complaint',
};

/**
 * Takes a feedback report. It weighs where it is well formed, comes from a reporter that the policy names, and its entry
 * is certain; everything else is kept for a person. The same report again is the same row.
 */
export async function reportAbuse(operation: ReportAbuse): Promise<Result<{ report: ReportRow }>> {
  const { database, secrets, now } = operation;
  const sha256 = createHash('sha256').update(operation.raw).digest();
  const known = await findReport(database, sha256);
  if (known !== undefined) return { ok: true, report: known };
  const report = parseFeedbackReport(operation.raw);
  const mapped = await mapReport(database, secrets, report, now);
  return database.transaction(async (transaction) => {
    if (mapped.by !== null && mapped.entryId !== null) await lockForJudging(transaction, mapped.entryId);
    return { ok: true, report: await take(transaction, operation, report, mapped, sha256) };
  });
}

async function findReport(database: Database, sha256: Buffer): Promise<ReportRow | undefined> {
  const [row] = await database.select().from(abuseReports).where(eq(abuseReports.rawSha256, sha256));
  return row;
}

async function take(
  transaction: Database,
  { actor, raw, now }: ReportAbuse,
  report: FeedbackReport,
  mapped: Mapped,
  sha256: Buffer,
): Promise<ReportRow> {
  const { abuse: policy } = await currentPolicy(transaction);
  const reporter = reporterOf(policy.reporters, report.reporter.fromDomain);
  const state = stateOf(report, mapped, reporter !== null);
  const sample = sampleOf(report, now);
  const [row] = await transaction
    .insert(abuseReports)
    .values({
      rawSha256: sha256,
      raw: Buffer.from(raw),
      octets: raw.length,
      receivedAt: now,
      feedbackType: report.feedbackType,
      sourceIp: report.source.address,
      problems: report.problems,
      reporterDomain: report.reporter.fromDomain,
      userAgent: report.reporter.userAgent,
      configured: reporter !== null,
      arrivalAt: report.arrivalDate,
      mappedBy: mapped.by,
      entryId: mapped.by === null ? null : mapped.entryId,
      serverId: mapped.by === null ? null : mapped.serverId,
      transaction: mapped.by === null ? null : mapped.transaction,
      notMapped: mapped.by === null ? mapped.why : mapped.doubt,
      facts: factsOf(report, sample),
      state,
    })
    .onConflictDoNothing({ target: abuseReports.rawSha256 })
    .returning();
  // Somebody else has handed in the same one in this moment.
  if (row === undefined) return (await findReport(transaction, sha256)) as ReportRow;
  if (state === 'weighed' && reporter !== null) {
    const signal = await signalOf(transaction, { report, reporter, mapped, row, sample });
    if (signal !== null) await raiseSignalWithin(transaction, signal, now);
  }
  await recordEvent(transaction, actor, {
    kind: 'abuse_reported',
    content: {
      report: row.id,
      type: row.feedbackType,
      reporter: row.reporterDomain,
      state,
      entry: row.entryId,
      mapped: row.mappedBy ?? row.notMapped,
    },
  });
  return row;
}

/**
 * The domain of the policy that a report comes from: the name itself, or one below it, as providers send their reports
 * from names of their own. Whoever forges one may write any name below it, so it is the policy's that counts; of two that
 * hold it, the wider.
 */
function reporterOf(reporters: readonly string[], domain: string | null): string | null {
  if (domain === null) return null;
  const holding = reporters.filter((one) => domain === one || domain.endsWith(`.${one}`));
  return holding.toSorted((one, other) => one.length - other.length)[0] ?? null;
}

function stateOf(report: FeedbackReport, mapped: Mapped, configured: boolean): AbuseReportState {
  const type = report.feedbackType ?? '';
  if (report.problems.length > 0) return 'for_person';
  if (harmless.includes(type)) return 'noted';
  if (!Object.hasOwn(complaints, type) || !configured) return 'for_person';
  return mapped.by !== null && mapped.entryId !== null && mapped.doubt === null ? 'weighed' : 'for_person';
}

/**
 * One complaint for each transaction and reporter, of whatever type. Where no transaction is known, one a day: a reporter's
 * name is easily forged, and whoever does it must gain nothing by doing it often.
 */
async function signalOf(
  transaction: Database,
  weighed: {
    report: FeedbackReport;
    /** The domain of the policy, not the one that the report names. */
    reporter: string;
    mapped: Mapped;
    row: ReportRow;
    sample: RedactedSample | null;
  },
): Promise<NewSignal | null> {
  const { report, reporter, mapped, row, sample } = weighed;
  if (mapped.by === null || mapped.entryId === null) return null;
  const { entryId, at } = mapped;
  const signed = mapped.by === 'attribution';
  const weekly = await weeklyAccepted(transaction, entryId, at);
  return {
    entryId,
    kind: signed ? (complaints[report.feedbackType ?? ''] ?? 'complaint') : 'complaint_by_address',
    strength: shareOfTraffic(weekly),
    at,
    source: 'report',
    dedupeKey: signed
      ? `complaint:${reporter}:${mapped.transaction}`
      : `complaint:${reporter}:${entryId}:${at.toISOString().slice(0, 10)}`,
    evidence: { type: report.feedbackType, reporter, weekly, transaction: mapped.transaction },
    sample,
    reportId: row.id,
  };
}

/** What support reads of a report after its raw text is gone. Nobody's whole address stands here. */
function factsOf(report: FeedbackReport, sample: RedactedSample | null): Record<string, unknown> {
  return {
    version: report.version,
    reportedDomains: report.reporter.reportedDomains,
    reportingMta: report.reporter.reportingMta,
    source: report.source.state,
    incidents: report.incidents,
    mailFrom: report.mailFrom === null ? null : redactMailbox(report.mailFrom),
    recipients: report.recipients,
    attributions: report.original?.attributions.length ?? 0,
    messageId: report.original?.messageId ?? null,
    sample,
  };
}

function sampleOf(report: FeedbackReport, now: Date): RedactedSample | null {
  const { original } = report;
  if (original === null || (original.subject === null && original.from === null)) return null;
  return {
    ...redactSample({
      at: (original.date ?? report.arrivalDate ?? now).toISOString(),
      sender: addressIn(original.from) ?? report.mailFrom ?? '',
      recipient: addressIn(original.to) ?? '',
      subject: original.subject ?? '',
    }),
    ...(addressIn(original.to) === null && report.recipients[0] !== undefined
      ? { recipient: report.recipients[0] }
      : {}),
  };
}

function addressIn(field: string | null): string | null {
  if (field === null) return null;
  return /<([^<>\s]+@[^<>\s]+)>/.exec(field)?.[1] ?? /[^\s<>,;"]+@[^\s<>,;"]+/.exec(field)?.[0] ?? null;
}
