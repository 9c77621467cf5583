import type { Database } from '../../db/client.ts';
import { findEntry, findServer } from '../../db/queries/entries.ts';
import { type LabelledTraffic, trafficRows } from '../../db/queries/traffic.ts';
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
 * in which anything was counted. For everybody of the account and for staff; to anybody else it does not exist.
 */
export async function exportTraffic(
  operation: ExportTraffic,
): Promise<Result<{ name: string; text: string }>> {
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
  const rows = await trafficRows(database, of, { unit, from, to: now });
  const text = csvText([[unit, ...columns], ...rows.map(fieldsOf)]);
  return { ok: true, name: `${slug}-messages-by-${unit}.csv`, text };
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
