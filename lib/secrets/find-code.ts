import { createHmac, timingSafeEqual } from 'node:crypto';
import { currentKey, type LabelledKey, labelledKeys, type Secrets } from './keys.ts';

/** Shorter than a proof token, so that one is never taken for the other. */
const digits = 8;
const windowMs = 5 * 60_000;
/** A code shows for one window and is taken for three more: fifteen minutes at least. */
const windowsTaken = 4;

function codeBy(key: LabelledKey, serverId: string, window: number): string {
  const mac = createHmac('sha256', key.key).update(`${serverId.toLowerCase()}/${window}`).digest();
  return (mac.readBigUInt64BE(0) % 10n ** BigInt(digits)).toString().padStart(digits, '0');
}

/**
 * The code of a server for *find my address*: whatever sends to `<code>@<PROOF_DOMAIN>` shows from where it came. It
 * proves nothing and opens nothing.
 * @returns eight digits, and until when they are surely taken
 */
export function findCode(secrets: Secrets, serverId: string, now: Date): { code: string; until: Date } {
  const window = Math.floor(now.getTime() / windowMs);
  return {
    code: codeBy(currentKey(secrets, 'find-code'), serverId, window),
    until: new Date((window + windowsTaken) * windowMs),
  };
}

/** Whether text looks like a code at all. */
export function looksLikeFindCode(text: string): boolean {
  return /^[0-9]{8}$/.test(text);
}

/** Whether a code is the server's now: also one of the windows before, and the next one for a clock that is ahead. */
export function isFindCode(secrets: Secrets, code: string, serverId: string, now: Date): boolean {
  if (!looksLikeFindCode(code)) return false;
  const given = Buffer.from(code);
  const window = Math.floor(now.getTime() / windowMs);
  for (const key of labelledKeys(secrets, 'find-code')) {
    for (let back = -1; back < windowsTaken; back += 1) {
      if (timingSafeEqual(Buffer.from(codeBy(key, serverId, window - back)), given)) return true;
    }
  }
  return false;
}
