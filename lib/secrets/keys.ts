import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

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
  | 'node-copy'
  | 'rehash';

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

const prepared = new WeakMap<Buffer, KeyObject>();

/**
 * HMAC-SHA256. OpenSSL's form of a key costs many times what the sum does, so it is made once for each.
 * @param key an octet string that lasts and is never written to: one of a `LabelledKey`, or a part kept beside it
 */
export function hmacSha256(key: Buffer, text: string | Buffer): Buffer {
  let secret = prepared.get(key);
  if (secret === undefined) {
    secret = createSecretKey(key);
    prepared.set(key, secret);
  }
  return createHmac('sha256', secret).update(text).digest();
}
