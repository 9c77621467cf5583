import { hash, hkdfSync } from 'node:crypto';

/** `AUTH_SECRET` and, while it is being rotated, `AUTH_SECRET_PREVIOUS`. Portal, jobs and nodes share it. */
export type Secrets = { readonly current: string; readonly previous: string | null };

/** One label for each use, so that a key which leaks through one use is worth nothing in another. */
export type KeyLabel =
  | 'reference'
  | 'proof-token'
  | 'find-code'
  | 'attribution'
  | 'credential-cache'
  | 'session'
  | 'invitation'
  | 'totp'
  | 'mail-link'
  | 'domain-token'
  | 'node-copy';

/** `id` names the key in the open (8 hex digits, derived from it one-way); `key` is 32 octets. */
export type LabelledKey = { readonly id: string; readonly key: Buffer };

const keyOctets = 32;
const keyIdOctets = 4;
const salt = 'postern/v1';

const derived = new WeakMap<Secrets, Map<KeyLabel, readonly LabelledKey[]>>();

function expand(secret: string, info: string, octets: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, octets));
}

/**
 * Keys of one use, by HKDF-SHA256 (RFC 5869). The first one makes, all of them verify.
 * @returns one key, or two while `AUTH_SECRET` is being rotated; derived once per `Secrets` object
 */
export function labelledKeys(secrets: Secrets, label: KeyLabel): readonly LabelledKey[] {
  let byLabel = derived.get(secrets);
  if (byLabel === undefined) {
    byLabel = new Map();
    derived.set(secrets, byLabel);
  }
  let keys = byLabel.get(label);
  if (keys === undefined) {
    const generations = secrets.previous === null ? [secrets.current] : [secrets.current, secrets.previous];
    keys = generations.map((secret) => ({
      id: expand(secret, `${label} id`, keyIdOctets).toString('hex'),
      key: expand(secret, label, keyOctets),
    }));
    byLabel.set(label, keys);
  }
  return keys;
}

/** The key that makes new values of one use. */
export function currentKey(secrets: Secrets, label: KeyLabel): LabelledKey {
  const [first] = labelledKeys(secrets, label);
  if (first === undefined) throw new Error(`no key for ${label}`);
  return first;
}

/** Each pad is the key's block with what is hashed behind it. */
type Pads = { readonly inner: Buffer; readonly outer: Buffer };

const blockOctets = 64;
const sumOctets = 32;
/** Room behind the inner pad that most texts fit into. */
const usualOctets = 512;

const prepared = new WeakMap<Buffer, Pads>();

/**
 * HMAC-SHA256 (RFC 2104) of two sums made in one call each: OpenSSL's own costs twice as much, and leaves an object
 * behind that is dear to collect. Its pads are made once for each key.
 * @param key an octet string of up to 64 that lasts and is never written to: one of a `LabelledKey`, or a part kept
 * beside it
 */
export function hmacSha256(key: Buffer, text: string | Buffer): Buffer {
  const { inner, outer } = padsOf(key);
  const length = typeof text === 'string' ? Buffer.byteLength(text) : text.length;
  const whole = blockOctets + length <= inner.length ? inner : Buffer.concat([inner], blockOctets + length);
  if (typeof text === 'string') whole.write(text, blockOctets);
  else text.copy(whole, blockOctets);
  outer.write(hash('sha256', whole.subarray(0, blockOctets + length), 'binary'), blockOctets, 'latin1');
  return hash('sha256', outer, 'buffer');
}

function padsOf(key: Buffer): Pads {
  const known = prepared.get(key);
  if (known !== undefined) return known;
  if (key.length > blockOctets) throw new RangeError('a key that is longer than a block');
  const pads = {
    inner: Buffer.alloc(blockOctets + usualOctets).fill(0x36, 0, blockOctets),
    outer: Buffer.alloc(blockOctets + sumOctets).fill(0x5c, 0, blockOctets),
  };
  for (const [at, octet] of key.entries()) {
    pads.inner[at] = (pads.inner[at] as number) ^ octet;
    pads.outer[at] = (pads.outer[at] as number) ^ octet;
  }
  prepared.set(key, pads);
  return pads;
}
