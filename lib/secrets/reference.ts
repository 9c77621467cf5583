import { type Cipheriv, createCipheriv, timingSafeEqual } from 'node:crypto';
import { type RefusalCode, refusalCodeOf, refusalNumbers } from '../domain/refusal-codes.ts';
import { decodeBase32, encodeBase32 } from './base32.ts';
import { hmacSha256, labelledKeys, type Secrets } from './keys.ts';
import { packAddress, unpackAddress } from './packed-address.ts';

/**
 * What a client is shown instead of a row in the database: `PX-` and the refusal itself, sealed. A row
 * for each stranger's refusal would let strangers write into the database, a short number would let
 * them read other people's refusals.
 *
 * Sealed by a synthetic IV, the construction of RFC 5297 with HMAC-SHA256 in place of S2V: the tag over
 * the plain text is the IV that encrypts it. That costs 12 octets in place of the 28 of AES-GCM with a
 * random nonce, and no nonce can ever be used twice. Equal refusals give equal references.
 */
export type Refusal = {
  /** normalised text, null where the client has no address (PROXY LOCAL) */
  readonly address: string | null;
  readonly rule: RefusalCode;
  /** kept to the second */
  readonly at: Date;
  /** node that refused; the first 12 octets are kept */
  readonly node: string;
};

export type OpenedReference =
  | { readonly ok: true; readonly refusal: Refusal }
  | { readonly ok: false; readonly code: 'not_a_reference' | 'expired' };

const prefix = 'PX-';
const blockOctets = 16;
const tagOctets = 12;
const headOctets = 6;
const nodeOctets = 12;
const lifetimeMs = 30 * 24 * 60 * 60 * 1000;
const clockSkewMs = 10 * 60 * 1000;

const noAddress = 0x10;
const ipv4 = 0x14;
const ipv6 = 0x16;
const addressOctets = new Map([
  [noAddress, 0],
  [ipv4, 4],
  [ipv6, 16],
]);

/** `blocks` encrypts whole blocks, each by itself. */
type Halves = { readonly blocks: Cipheriv; readonly tagging: Buffer };

const halves = new WeakMap<Buffer, Halves>();

/** A flood of refusals makes as many references: the halves of a key are taken apart once. */
function halvesOf(key: Buffer): Halves {
  let known = halves.get(key);
  if (known === undefined) {
    const blocks = createCipheriv('aes-128-ecb', key.subarray(0, blockOctets), null).setAutoPadding(false);
    known = { blocks, tagging: key.subarray(blockOctets) };
    halves.set(key, known);
  }
  return known;
}

/**
 * AES-128-CTR (NIST SP 800-38A 6.5), its key stream from a cipher that lasts: OpenSSL takes longer to make one than to
 * encrypt with it, and a mode with an IV needs another for each reference. The tag leaves four octets for the counter.
 */
function crypt(key: Buffer, tag: Buffer, text: Buffer): Buffer {
  const counters = Buffer.alloc(Math.ceil(text.length / blockOctets) * blockOctets);
  for (let at = 0, block = 0; at < counters.length; at += blockOctets, block += 1) {
    tag.copy(counters, at);
    counters.writeUInt32BE(block, at + tagOctets);
  }
  const stream = halvesOf(key).blocks.update(counters);
  for (const [at, octet] of text.entries()) stream[at] = octet ^ (stream[at] ?? 0);
  return stream.subarray(0, text.length);
}

function tagOf(key: Buffer, plain: Buffer): Buffer {
  return hmacSha256(halvesOf(key).tagging, plain).subarray(0, tagOctets);
}

/** Cut to whole characters: half a character would not come back as it was. */
function packNode(node: string): Buffer {
  let packed = Buffer.from(node);
  for (let end = node.length; packed.length > nodeOctets; end--) packed = Buffer.from(node.slice(0, end));
  return packed;
}

/** @returns `PX-` and 36 to 76 characters of Crockford's base 32, 56 for IPv4 and a long node name */
export function sealReference(secrets: Secrets, refusal: Refusal): string {
  const address = packAddress(refusal.address);
  const head = Buffer.alloc(headOctets);
  head[0] = address.length === 4 ? ipv4 : address.length === 16 ? ipv6 : noAddress;
  head[1] = refusalNumbers[refusal.rule];
  head.writeUInt32BE(Math.floor(refusal.at.getTime() / 1000), 2);
  const plain = Buffer.concat([head, address, packNode(refusal.node)]);
  const [making] = labelledKeys(secrets, 'reference');
  if (making === undefined) throw new Error('no reference key');
  const tag = tagOf(making.key, plain);
  return prefix + encodeBase32(Buffer.concat([tag, crypt(making.key, tag, plain)]));
}

/**
 * @param text as a person types it: any case, hyphens and spaces anywhere, O for 0, I and L for 1
 * @returns the refusal; `not_a_reference` for anything not sealed by us, `expired` after 30 days
 */
export function openReference(secrets: Secrets, text: string, now: Date): OpenedReference {
  const sealed = /^\s*px[-\s]?(.+)$/i.exec(text)?.[1];
  const octets = sealed === undefined || sealed.length > 200 ? null : decodeBase32(sealed.trim());
  if (octets === null || octets.length < tagOctets + headOctets)
    return { ok: false, code: 'not_a_reference' };
  const tag = octets.subarray(0, tagOctets);
  for (const { key } of labelledKeys(secrets, 'reference')) {
    const plain = crypt(key, tag, octets.subarray(tagOctets));
    if (!timingSafeEqual(tagOf(key, plain), tag)) continue;
    const refusal = readPlain(plain);
    if (refusal === null) break;
    const age = now.getTime() - refusal.at.getTime();
    if (age > lifetimeMs || age < -clockSkewMs) return { ok: false, code: 'expired' };
    return { ok: true, refusal };
  }
  return { ok: false, code: 'not_a_reference' };
}

function readPlain(plain: Buffer): Refusal | null {
  const length = addressOctets.get(plain[0] ?? 0);
  const rule = refusalCodeOf(plain[1] ?? 0);
  if (length === undefined || rule === null || plain.length < headOctets + length) return null;
  return {
    rule,
    at: new Date(plain.readUInt32BE(2) * 1000),
    address: unpackAddress(plain.subarray(headOctets, headOctets + length)),
    node: plain.subarray(headOctets + length).toString(),
  };
}
