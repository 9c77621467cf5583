import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { type SignalSource, signals } from '../../db/schema.ts';
import type { SignalKind } from '../domain/abuse-signals.ts';
import type { RedactedSample } from '../domain/mail-values.ts';
import { type Judgement, judgeEntry, lockForJudging } from './judge-entry.ts';

export type NewSignal = {
  entryId: string;
  kind: SignalKind;
  /** How much of a whole one it is; 1 unless the traffic is large (`shareOfTraffic`). */
  strength?: number;
  /** When it happened, not when it was noticed: from then on it fades. */
  at: Date;
  source: SignalSource;
  /** Names what was seen: the same key is one signal, however often it comes. */
  dedupeKey: string;
  /** `count`: how many of it owners are told. No names and no addresses of people. */
  evidence?: Record<string, unknown>;
  sample?: RedactedSample | null;
  reportId?: string | null;
};

export type Raised =
  | { known: true }
  /** `judgement`: where the entry stands now. */
  | { known: false; signalId: string; judgement: Judgement };

/** Takes a signal and lets the ladder act on it, in one transaction. Harmless to repeat. */
export async function raiseSignal(database: Database, signal: NewSignal, now: Date): Promise<Raised> {
  return database.transaction(async (transaction) => {
    await lockForJudging(transaction, signal.entryId);
    return raiseSignalWithin(transaction, signal, now);
  });
}

/** The same in a transaction that has begun with `lockForJudging`. */
export async function raiseSignalWithin(
  transaction: Database,
  signal: NewSignal,
  now: Date,
): Promise<Raised> {
  const { abuse: policy } = await currentPolicy(transaction);
  const strength = signal.strength ?? 1;
  const [row] = await transaction
    .insert(signals)
    .values({
      entryId: signal.entryId,
      kind: signal.kind,
      strength,
      weight: policy.kinds[signal.kind].weight * strength,
      // What claims to come from the future would never fade.
      at: signal.at > now ? now : signal.at,
      dedupeKey: signal.dedupeKey,
      source: signal.source,
      evidence: signal.evidence ?? {},
      sample: signal.sample ?? null,
      reportId: signal.reportId ?? null,
      createdAt: now,
    })
    .onConflictDoNothing({ target: signals.dedupeKey })
    .returning({ id: signals.id });
  if (row === undefined) return { known: true };
  return { known: false, signalId: row.id, judgement: await judgeEntry(transaction, signal.entryId, now) };
}
