import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Remembers for a short while that a password was right, so that a device which signs in for each message does not
 * cost an argon2id each time. Kept is an HMAC under a random key that lives outside the heap: what a heap dump shows
 * is of no use anywhere, not even here after a restart.
 */
export type VerifiedCache = {
  readonly has: (credentialId: string, hash: string, password: string) => boolean;
  readonly add: (credentialId: string, hash: string, password: string) => void;
  readonly forget: (credentialIds: readonly string[]) => void;
  readonly clear: () => void;
};

const lifetimeMs = 5 * 60 * 1000;
const mostKept = 50_000;

export function newVerifiedCache(elapsedMs: () => number): VerifiedCache {
  const key = createSecretKey(randomBytes(32));
  const kept = new Map<string, { digest: Buffer; until: number }>();
  // Both lengths are in it: no other pair of hash and password reads the same.
  const digestOf = (hash: string, password: string) =>
    createHmac('sha256', key).update(`${hash.length}:${hash}${password}`).digest();
  return {
    has: (credentialId, hash, password) => {
      const known = kept.get(credentialId);
      if (known === undefined || known.until < elapsedMs()) return false;
      return timingSafeEqual(known.digest, digestOf(hash, password));
    },
    add: (credentialId, hash, password) => {
      if (kept.size >= mostKept) kept.clear();
      kept.set(credentialId, { digest: digestOf(hash, password), until: elapsedMs() + lifetimeMs });
    },
    forget: (credentialIds) => {
      for (const id of credentialIds) kept.delete(id);
    },
    clear: () => kept.clear(),
  };
}
