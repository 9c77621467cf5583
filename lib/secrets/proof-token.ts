import { createHmac, timingSafeEqual } from 'node:crypto';
import { currentKey, type LabelledKey, labelledKeys, type Secrets } from './keys.ts';

/** Digits only, so that any printer's panel can type it. */
const digits = 10;

function tokenBy(key: LabelledKey, text: string): string {
  const mac = createHmac('sha256', key.key).update(text).digest();
  // 2^64 over 10^10: the bias is below one in 10^9.
  return (mac.readBigUInt64BE(0) % 10n ** BigInt(digits)).toString().padStart(digits, '0');
}

/**
 * The token of a control proof: local part of the proof address, end of the proof URL, TXT value.
 * @param entryId UUID as text, any case
 * @param generation counts up when the token must change
 * @returns ten digits
 */
export function proofToken(secrets: Secrets, entryId: string, generation: number): string {
  return tokenBy(currentKey(secrets, 'proof-token'), `${entryId.toLowerCase()}/${generation}`);
}

/** Whether a token is the entry's, also by the previous secret while that is being rotated. */
export function isProofToken(secrets: Secrets, token: string, entryId: string, generation: number): boolean {
  if (!/^[0-9]{10}$/.test(token)) return false;
  const given = Buffer.from(token);
  return labelledKeys(secrets, 'proof-token').some((key) =>
    timingSafeEqual(Buffer.from(tokenBy(key, `${entryId.toLowerCase()}/${generation}`)), given),
  );
}

/** The address that a device sends to: `<token>@<PROOF_DOMAIN>`. */
export function proofAddress(
  secrets: Secrets,
  entryId: string,
  generation: number,
  proofDomain: string,
): string {
  return `${proofToken(secrets, entryId, generation)}@${proofDomain}`;
}
