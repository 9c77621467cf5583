import { createHash } from 'node:crypto';
import type { ProofKind } from '../domain/policy.ts';

/**
 * The id of a proof that a client can repeat at will: the same for the same request, token, address and day, so that
 * repeating it records nothing more. UUID by name, RFC 9562 section 5.8 (version 8).
 */
export function repeatableProofId(
  method: ProofKind,
  entry: { id: string; proofGeneration: number },
  address: string,
  seenAt: Date,
): string {
  const name = [method, entry.id, entry.proofGeneration, address, seenAt.toISOString().slice(0, 10)].join(
    '/',
  );
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
