import { timingSafeEqual } from 'node:crypto';
import { currentKey, hmacSha256, labelledKeys, type Secrets } from './keys.ts';

/** Name of the header field; inbound fields of this name are stripped by the node. */
export const attributionField = 'Postern-Attribution';

/** Who answers for a message, as the node signs it into the header. */
export type Attribution = {
  /** slug of the server */
  readonly server: string;
  /** UUID of the whitelisted entry; null for a client that signed in */
  readonly entry: string | null;
  readonly auth: 'ip' | 'login';
  /** when the node took the message, to the second */
  readonly at: Date;
  /** id of the mail transaction, as in `Received:` */
  readonly transaction: string;
};

export type VerifiedAttribution =
  | { readonly ok: true; readonly attribution: Attribution }
  | { readonly ok: false; readonly code: 'malformed' | 'unknown_key' | 'forged' };

const shape =
  /^v=1; server=([a-z0-9._-]{1,64}); entry=([0-9a-f-]{36}|-); auth=(ip|login); t=([0-9]{1,12}); id=([A-Za-z0-9._-]{1,64}); k=([0-9a-f]{8}); h=([A-Za-z0-9_-]{43})$/;

/** @returns the value of the field, one line, printable ASCII, without the name */
export function makeAttribution(secrets: Secrets, attribution: Attribution): string {
  const key = currentKey(secrets, 'attribution');
  const time = Math.floor(attribution.at.getTime() / 1000);
  const signed = `v=1; server=${attribution.server}; entry=${attribution.entry ?? '-'}; auth=${attribution.auth}; t=${time}; id=${attribution.transaction}; k=${key.id}`;
  return `${signed}; h=${hmacSha256(key.key, signed).toString('base64url')}`;
}

/** @param value the field's value; white space and folding around and between tags are ignored */
export function verifyAttribution(secrets: Secrets, value: string): VerifiedAttribution {
  const text = value.replace(/\s+/g, ' ').trim();
  const match = shape.exec(text);
  if (match === null) return { ok: false, code: 'malformed' };
  const [, server = '', entry = '', auth, time, transaction = '', keyId, given = ''] = match;
  const key = labelledKeys(secrets, 'attribution').find(({ id }) => id === keyId);
  if (key === undefined) return { ok: false, code: 'unknown_key' };
  const expected = hmacSha256(key.key, text.slice(0, text.lastIndexOf('; h=')));
  const presented = Buffer.from(given, 'base64url');
  if (presented.length !== expected.length || !timingSafeEqual(presented, expected)) {
    return { ok: false, code: 'forged' };
  }
  return {
    ok: true,
    attribution: {
      server,
      entry: entry === '-' ? null : entry,
      auth: auth === 'ip' ? 'ip' : 'login',
      at: new Date(Number(time) * 1000),
      transaction,
    },
  };
}
