import { type CounterRow, MOST_COUNTERS, type SenderRow } from '../../../lib/domain/traffic.ts';
import type { Reports } from '../reports.ts';
import type { MailCount } from '../session/tally.ts';
import { newCounters } from './counters.ts';
import { newSenderSightings } from './sender-sightings.ts';

/**
 * Counts the mail of this thread, and hands what was counted over in batches. Batches of several threads and nodes add
 * up in the database; the id of its report makes one count once.
 */
export type TrafficReports = {
  /**
   * @param entryId the entry that answers for the client's address, null for none
   * @param known whether somebody has to do with that address: an entry, a request, a sign-in
   */
  readonly count: (mail: MailCount, entryId: string | null, known: boolean) => void;
  /** Hands over everything that there is, before the reports are closed. */
  readonly close: () => void;
};

/** So much is lost at most where a node is killed on the spot. */
const countersMs = 15_000;
/** While the database is away fewer and fuller batches wait. */
const countersWhileAwayMs = 60_000;
/** Who sent from where is evidence for later: once in a while is soon enough. */
const sendersMs = 5 * 60_000;
const tickMs = 1_000;
/** Rows of one report: about 150 KB, so that none is slow to write. */
const mostRows = Math.min(1000, MOST_COUNTERS);

export type TrafficReportsOptions = { reports: Pick<Reports, 'tell' | 'waiting'>; nowMs: () => number };

export function openTrafficReports({ reports, nowMs }: TrafficReportsOptions): TrafficReports {
  const counters = newCounters();
  const senders = newSenderSightings();
  let countersAt = nowMs();
  let sendersAt = nowMs();

  function tellAll(kind: 'counters' | 'senders', rows: readonly (CounterRow | SenderRow)[]): void {
    for (let from = 0; from < rows.length; from += mostRows) {
      reports.tell(kind, { [kind]: rows.slice(from, from + mostRows) });
    }
  }

  function tellCounters(): void {
    countersAt = nowMs();
    tellAll('counters', counters.drain());
  }

  function tellSenders(): void {
    sendersAt = nowMs();
    tellAll('senders', senders.drain());
  }

  function tellWhatIsDue(now: number): void {
    if (isDue(now, countersAt, reports.waiting() === 0 ? countersMs : countersWhileAwayMs)) tellCounters();
    if (isDue(now, sendersAt, sendersMs)) tellSenders();
  }

  const timer = setInterval(() => tellWhatIsDue(nowMs()), tickMs);
  timer.unref();

  return {
    count: (mail, entryId, known) => {
      const at = nowMs();
      tellWhatIsDue(at);
      if (entryId !== null) counters.count(entryId, mail, at);
      senders.see(mail, known, at);
    },
    close: () => {
      clearInterval(timer);
      tellCounters();
      tellSenders();
    },
  };
}

/** A clock that was set back must not keep what is counted from the database, nor from the brakes, until it is there again. */
function isDue(now: number, since: number, afterMs: number): boolean {
  return Math.abs(now - since) >= afterMs;
}
