import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import { weeklyAccepted } from '../../db/queries/traffic.ts';
import { entries } from '../../db/schema.ts';
import { shareOfTraffic } from '../domain/abuse-signals.ts';
import { redactSample } from '../domain/redacted-sample.ts';
import { raiseSignalWithin } from './raise-signal.ts';

const text = z.string().max(1000);
const payload = z.object({
  entry_id: z.uuid(),
  transaction: z.string().min(1).max(64),
  at: z.coerce.date(),
  verdict: z.enum(['spam', 'malware']),
  filter: z.string().max(64),
  score: z.number().nullish(),
  symbols: z.array(z.string().max(100)).max(50).optional(),
  braked: z.enum(['throttled', 'held']).nullish(),
  sample: z.object({ sender: text, recipient: text, subject: text }).nullish(),
});

/** The entry that a report of this kind is about, where it can be read: its lock is taken before anything else. */
export function entryOfSpam(reported: unknown): string | null {
  const parsed = payload.safeParse(reported);
  return parsed.success ? parsed.data.entry_id : null;
}

/**
 * A message that a content filter on a node has called spam becomes a signal of the entry it came by. In a transaction
 * that has begun with `lockForJudging` of that entry.
 * @returns why it cannot be taken, null where it was
 */
export async function takeSpamSeen(
  transaction: Database,
  reported: unknown,
  now: Date,
): Promise<string | null> {
  const parsed = payload.safeParse(reported);
  if (!parsed.success) return z.prettifyError(parsed.error);
  const { entry_id: entryId, at, verdict, filter, score, symbols, braked, sample } = parsed.data;
  if ((await transaction.$count(entries, eq(entries.id, entryId))) === 0) return 'no such entry';
  const weekly = await weeklyAccepted(transaction, entryId, at);
  await raiseSignalWithin(
    transaction,
    {
      entryId,
      kind: verdict,
      strength: verdict === 'spam' ? shareOfTraffic(weekly) : 1,
      at,
      source: 'node',
      dedupeKey: `spam:${parsed.data.transaction}`,
      evidence: {
        filter,
        score: score ?? null,
        symbols: symbols ?? [],
        weekly,
        transaction: parsed.data.transaction,
        ...(braked == null ? {} : { braked }),
      },
      sample: sample == null ? null : redactSample({ at: at.toISOString(), ...sample }),
    },
    now,
  );
  return null;
}
