import type { Database } from '../../db/client.ts';
import { findEntry, findServer } from '../../db/queries/entries.ts';
import {
  countTrafficEntries,
  type LabelledTraffic,
  type TrafficOf,
  trafficRows,
} from '../../db/queries/traffic.ts';
import { csvText } from '../domain/csv.ts';
import { addDays } from '../domain/days.ts';
import type { TrafficPeriod } from '../domain/traffic-series.ts';
import { figuresOf } from '../domain/traffic-series.ts';
import { type Actor, type Result, refuse } from './result.ts';

export type ExportTraffic = {
  database: Database;
  actor: Actor;
  now: Date;
  /** By whose address: the server's slug, and the id of one of its entries. */
  server: string;
  entryId: string | null;
  days: TrafficPeriod;
  unit: 'hour' | 'day';
};

/** About so many rows are read at once, however many entries a server has: in 90 days they have millions of hours. */
const PIECE_ROWS = 50_000;
const UNIT_MS = { hour: 3_600_000, day: 86_400_000 } as const;

const columns = [
  'network',
  'label',
  'accepted',
  'recipients',
  'bytes',
  'put_off',
  'refused',
  'unknown_recipients',
  'next_hop_refused',
  'refused_by_rule',
] as const;

/**
 * The figures of an entry, or of all entries of a server, as CSV: times in ISO 8601 and UTC, one row for each hour or day
 * in which anything was counted. For everybody of the account and for staff; to anybody else it does not exist. The text
 * comes piece by piece, as it is read.
 */
export async function exportTraffic(
  operation: ExportTraffic,
): Promise<Result<{ name: string; text: AsyncGenerator<string, void, undefined> }>> {
  const { database, actor, now, server: slug, entryId, days, unit } = operation;
  if (actor.viewer === null) return refuse.notFound();
  const found = await findServer(database, actor.viewer, slug);
  if (found === undefined) return refuse.notFound();
  if (entryId !== null) {
    const entry = await findEntry(database, actor.viewer, entryId);
    if (entry === undefined || entry.server.id !== found.server.id) return refuse.notFound();
  }
  const of = entryId === null ? { serverId: found.server.id } : { entryId };
  const from = new Date(
    `${addDays(now, 1 - days)
      .toISOString()
      .slice(0, 10)}T00:00:00Z`,
  );
  const text = textOf(database, of, { unit, from, to: now });
  return { ok: true, name: `${slug}-messages-by-${unit}.csv`, text };
}

async function* textOf(
  database: Database,
  of: TrafficOf,
  { unit, from, to }: { unit: 'hour' | 'day'; from: Date; to: Date },
): AsyncGenerator<string, void, undefined> {
  yield csvText([[unit, ...columns]]);
  const entries = Math.max(1, await countTrafficEntries(database, of));
  const pieceMs = Math.max(1, Math.floor(PIECE_ROWS / entries)) * UNIT_MS[unit];
  for (let at = from; at <= to; ) {
    const until = new Date(at.getTime() + pieceMs);
    const rows = await trafficRows(database, of, { unit, from: at, until });
    if (rows.length > 0) yield csvText(rows.map(fieldsOf));
    at = until;
  }
}

function fieldsOf(row: LabelledTraffic): (string | number)[] {
  const { putOff, refused } = figuresOf(row);
  const byRule = Object.entries(row.refused)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([rule, count]) => `${rule}=${count}`);
  return [
    row.at,
    row.network,
    row.label ?? '',
    row.accepted,
    row.recipients,
    row.bytes,
    putOff,
    refused,
    row.unknownRecipients,
    row.nextHopRefused,
    byRule.join(' '),
  ];
}
