import { and, eq } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { idempotencyKeys } from '../schema.ts';

type Key = { tokenId: string; key: string };
type Claim = { claimed: true } | { claimed: false; requestHash: Buffer; status: number; body: unknown };

/**
 * Claims the key for this transaction, or tells what was answered under it. While another transaction holds the claim
 * this waits, so that an answer is always there: both commit together.
 */
export async function claimIdempotencyKey(
  transaction: Database,
  { tokenId, key, requestHash, now }: Key & { requestHash: Buffer; now: Date },
): Promise<Claim> {
  const claimed = await transaction
    .insert(idempotencyKeys)
    .values({ tokenId, key, requestHash, createdAt: now })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  if (claimed.length > 0) return { claimed: true };
  const [known] = await transaction
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.tokenId, tokenId), eq(idempotencyKeys.key, key)));
  if (known === undefined || known.status === null) throw new Error('an idempotency key without its answer');
  return { claimed: false, requestHash: known.requestHash, status: known.status, body: known.body };
}

export async function keepAnswer(
  transaction: Database,
  { tokenId, key }: Key,
  status: number,
  body: unknown,
): Promise<void> {
  await transaction
    .update(idempotencyKeys)
    .set({ status, body })
    .where(and(eq(idempotencyKeys.tokenId, tokenId), eq(idempotencyKeys.key, key)));
}

/** Gives a claim back: the next one with this key does it. */
export async function releaseKey(transaction: Database, { tokenId, key }: Key): Promise<void> {
  await transaction
    .delete(idempotencyKeys)
    .where(and(eq(idempotencyKeys.tokenId, tokenId), eq(idempotencyKeys.key, key)));
}
