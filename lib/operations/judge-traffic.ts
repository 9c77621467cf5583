import type { Database } from '../../db/client.ts';
import { entriesToJudge, type HourRow, trafficHoursOf } from '../../db/queries/traffic.ts';
import {
  BASELINE_WEEKS,
  judgeRatio,
  judgeVolume,
  LEAST_OF_RATIO,
  LEAST_STEP,
  NEXT_HOP_REFUSAL_SHARE,
  UNKNOWN_RECIPIENT_SHARE,
} from '../domain/volume-baseline.ts';
import { type NewSignal, raiseSignal } from './raise-signal.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Looks at the traffic of entries that sent in this hour or the one before: is it a step over what they usually send,
 * does too much of it go to people who do not exist, does the next hop refuse too much? A step is a signal for each
 * hour, a share one for each day, however often this runs.
 * @param onFailure told of an entry that could not be judged; the others go on
 */
export async function judgeTraffic(
  database: Database,
  now: Date,
  onFailure: (error: unknown, entryId: string) => void,
): Promise<void> {
  const hour = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS);
  const since = new Date(hour.getTime() - HOUR_MS);
  const least = { messagesAbove: LEAST_STEP, failures: LEAST_OF_RATIO };
  for (const { entryId, activatedAt } of await entriesToJudge(database, { since, hour }, least)) {
    try {
      const from = new Date(hour.getTime() - BASELINE_WEEKS * 7 * DAY_MS);
      const hours = await trafficHoursOf(database, entryId, from, hour);
      for (const signal of signalsOf(entryId, hours, [since, hour], activatedAt)) {
        await raiseSignal(database, signal, now);
      }
    } catch (error) {
      onFailure(error, entryId);
    }
  }
}

function signalsOf(
  entryId: string,
  hours: readonly HourRow[],
  judged: readonly Date[],
  since: Date,
): NewSignal[] {
  const signals: NewSignal[] = [];
  for (const hour of judged) {
    const accepted = hours.find((row) => row.hour.getTime() === hour.getTime())?.accepted ?? 0;
    const volume = judgeVolume(hours, { hour, accepted }, since);
    if (volume.verdict === 'step') {
      const { expected, limit } = volume;
      signals.push({
        entryId,
        kind: 'volume',
        at: hour,
        source: 'traffic',
        dedupeKey: `volume:${entryId}:${hour.toISOString()}`,
        evidence: { count: accepted, expected, limit },
      });
    }
  }
  const last = judged.at(-1) ?? since;
  return [...signals, ...shares(entryId, hours, last)];
}

/** Of the last day: a single hour of a device that sends little says nothing. */
function shares(entryId: string, hours: readonly HourRow[], last: Date): NewSignal[] {
  const day = hours.filter((row) => last.getTime() - row.hour.getTime() < DAY_MS);
  const sum = (of: (row: HourRow) => number) => day.reduce((total, row) => total + of(row), 0);
  const unknown = sum((row) => row.unknownRecipients);
  const refused = sum((row) => row.nextHopRefused);
  const date = last.toISOString().slice(0, 10);
  const judged = [
    {
      kind: 'unknown_recipients',
      verdict: judgeRatio(unknown, unknown + sum((row) => row.recipients), UNKNOWN_RECIPIENT_SHARE),
    },
    {
      kind: 'next_hop_refusals',
      verdict: judgeRatio(refused, refused + sum((row) => row.accepted), NEXT_HOP_REFUSAL_SHARE),
    },
  ] as const;
  return judged.flatMap(({ kind, verdict }) =>
    verdict.verdict === 'usual'
      ? []
      : {
          entryId,
          kind,
          strength: verdict.strength,
          at: last,
          source: 'traffic' as const,
          dedupeKey: `${kind}:${entryId}:${date}`,
          evidence: { count: verdict.count, of: verdict.of },
        },
  );
}
