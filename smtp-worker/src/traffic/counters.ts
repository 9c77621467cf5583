import type { CounterRow } from '../../../lib/domain/traffic.ts';
import type { MailCount, Tally } from '../session/tally.ts';

/**
 * What one thread counts, entry by entry and minute by minute: plain objects, added to when a message has come to its
 * end, and taken away now and then by whoever writes reports.
 */
export type Counters = {
  /** @param atMs when the message came to its end, milliseconds since 1970 */
  readonly count: (entryId: string, mail: MailCount, atMs: number) => void;
  /** Gives everything that was counted since the last time, and forgets it. */
  readonly drain: () => CounterRow[];
};

const minuteMs = 60_000;

type Row = {
  accepted: number;
  recipients: number;
  bytes: number;
  deferred: number;
  unknown_recipients: number;
  next_hop_refused: number;
  refused: Record<string, number> | null;
};

export function newCounters(): Counters {
  let minutes = new Map<number, Map<string, Row>>();
  // Nearly always the minute of the message before.
  let latest: { minute: number; rows: Map<string, Row> } | null = null;

  function rowsOf(minute: number): Map<string, Row> {
    if (latest?.minute === minute) return latest.rows;
    let rows = minutes.get(minute);
    if (rows === undefined) {
      rows = new Map();
      minutes.set(minute, rows);
    }
    latest = { minute, rows };
    return rows;
  }

  function rowOf(entryId: string, atMs: number): Row {
    const rows = rowsOf(Math.floor(atMs / minuteMs));
    let row = rows.get(entryId);
    if (row === undefined) {
      row = {
        accepted: 0,
        recipients: 0,
        bytes: 0,
        deferred: 0,
        unknown_recipients: 0,
        next_hop_refused: 0,
        refused: null,
      };
      rows.set(entryId, row);
    }
    return row;
  }

  return {
    count: (entryId, { accepted, recipients, octets, tally }, atMs) => {
      if (!accepted && tally === null) return;
      const row = rowOf(entryId, atMs);
      if (accepted) {
        row.accepted += 1;
        row.recipients += recipients;
        row.bytes += octets;
      }
      if (tally !== null) addTally(row, tally);
    },
    drain: () => {
      const drained = [...minutes].flatMap(([minute, rows]) =>
        [...rows].map(([entryId, row]) => toCounterRow(entryId, minute, row)),
      );
      minutes = new Map();
      latest = null;
      return drained;
    },
  };
}

function addTally(row: Row, tally: Tally): void {
  row.deferred += tally.deferred;
  row.unknown_recipients += tally.unknownRecipients;
  if (tally.nextHopRefused) row.next_hop_refused += 1;
  if (tally.refused.size === 0) return;
  row.refused ??= {};
  for (const [rule, times] of tally.refused) row.refused[rule] = (row.refused[rule] ?? 0) + times;
}

/** What is 0 need not travel. */
function toCounterRow(entryId: string, minute: number, { refused, ...counts }: Row): CounterRow {
  const counted = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  return {
    entry_id: entryId,
    minute: new Date(minute * minuteMs).toISOString(),
    ...counted,
    ...(refused === null ? {} : { refused }),
  };
}
