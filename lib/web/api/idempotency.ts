import { createHash } from 'node:crypto';
import type { Database } from '../../../db/client.ts';
import { claimIdempotencyKey, keepAnswer, releaseKey } from '../../../db/queries/idempotency-keys.ts';
import { problem } from './problem.ts';
import type { Problem } from './schemas/problem.ts';

const LONGEST_KEY = 255;

/** The key of the request, null where it has none, or the problem with it. */
export function readIdempotencyKey(request: Request): string | Problem | null {
  const key = request.headers.get('idempotency-key')?.trim();
  if (key === undefined) return null;
  if (key !== '' && key.length <= LONGEST_KEY && /^[\x20-\x7e]+$/.test(key)) return key;
  const message = `is 1 to ${LONGEST_KEY} characters of printable ASCII`;
  return problem(400, 'invalid_request', { errors: [{ field: 'Idempotency-Key', message }] });
}

export type Answered = { status: number; body: unknown; headers?: object };

/**
 * Does it once for a token and a key, and answers the same again. The claim of the key, the change and the answer are
 * one transaction: a rival with the same key waits for it at the claim and then finds the answer; if it fails, or the
 * portal dies, nothing of the three is left. That it was asked too often (429) is not kept.
 */
export async function answerOnce(options: {
  database: Database;
  tokenId: string;
  key: string;
  /** What the key is bound to. */
  subject: { path: string; body: unknown };
  now: Date;
  doIt: (transaction: Database) => Promise<Answered>;
}): Promise<Answered> {
  const { database, tokenId, key, subject, now, doIt } = options;
  const requestHash = createHash('sha256').update(canonicalJson(subject)).digest();
  return database.transaction(async (transaction) => {
    const claim = await claimIdempotencyKey(transaction, { tokenId, key, requestHash, now });
    if (claim.claimed) {
      const answered = await doIt(transaction);
      // What came too early is sent again with the same key, and is then to be done.
      if (answered.status === 429) await releaseKey(transaction, { tokenId, key });
      else await keepAnswer(transaction, { tokenId, key }, answered.status, answered.body);
      return answered;
    }
    if (!claim.requestHash.equals(requestHash)) {
      const reused = problem(422, 'idempotency_key_reused');
      return { status: reused.status, body: reused };
    }
    return { status: claim.status, body: claim.body, headers: { 'idempotent-replayed': 'true' } };
  });
}

/** JSON with sorted keys: the order in which a client writes its fields means nothing. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
