import type { Logger } from 'pino';
import type { CountersPayload, SpamSeenPayload } from '../../lib/domain/traffic.ts';
import type { Brakes } from './brakes.ts';
import type { SpamSeen } from './content/content-checks.ts';
import type { NodeCore } from './node-core.ts';
import type { ReportKind, Reports } from './reports.ts';
import type { MailCount } from './session/tally.ts';
import { openTrafficReports } from './traffic/traffic-reports.ts';
import { type EntryTable, liveEntryAt, pendingFor } from './whitelist/entry-table.ts';

/** What is seen of mail is told to the database, which judges, and to this node's brakes, which act at once. */
export type MailSeen = Pick<NodeCore, 'countMail' | 'spamSeen' | 'tell'> & {
  /** Hands over what was counted, before the reports are closed. */
  readonly close: () => void;
};

export type MailSeenOptions = {
  reports: Pick<Reports, 'tell' | 'waiting'>;
  brakes: Pick<Brakes, 'observe' | 'spamSeen'>;
  table: () => EntryTable;
  nowMs: () => number;
  log: Logger;
};

export function openMailSeen({ reports, brakes, table, nowMs, log }: MailSeenOptions): MailSeen {
  const traffic = openTrafficReports({ reports: { tell, waiting: reports.waiting }, nowMs });

  /** Whoever was refused rests on no entry; the one that its address is in answers for it all the same. */
  function countMail(mail: MailCount): void {
    const { client, signedIn } = mail;
    const entry = mail.entry ?? (client === null || signedIn ? null : liveEntryAt(table(), client));
    const known = entry !== null || signedIn || (client !== null && pendingFor(table(), client).length > 0);
    traffic.count(mail, entry, known);
  }

  /** What any thread has counted is also what this node sees of an entry. */
  function tell(kind: ReportKind, payload: object): void {
    if (kind === 'counters') brakes.observe((payload as CountersPayload).counters);
    reports.tell(kind, payload);
  }

  /** What the database then does about it reaches everybody as a change. */
  function spamSeen({ entryId, transactionId, ...seen }: SpamSeen): undefined {
    const brake = brakes.spamSeen(entryId, seen.verdict);
    log.warn(
      { entry: entryId, transaction: transactionId, verdict: seen.verdict, filter: seen.filter },
      'spam',
    );
    reports.tell('spam_seen', {
      entry_id: entryId,
      transaction: transactionId,
      at: new Date(nowMs()).toISOString(),
      ...seen,
      braked: brake?.step ?? null,
    } satisfies SpamSeenPayload);
  }

  return { countMail, spamSeen, tell, close: traffic.close };
}
