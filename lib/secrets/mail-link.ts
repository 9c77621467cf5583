import { createHmac, timingSafeEqual } from 'node:crypto';
import { isMailGroup, type MailGroup } from '../domain/mail-kinds.ts';
import { currentKey, type LabelledKey, labelledKeys, type Secrets } from './keys.ts';

const idOctets = 16;
const macOctets = 16;

/** What a link in a mail turns off. */
export type MailLink = { personId: string; group: MailGroup };

/**
 * The token of the link that turns a group of mail off without signing in (RFC 8058). It does this and nothing else,
 * shows nothing, and stays good as long as the secret: mail is kept for years.
 * @param link `personId` a UUID as text, any case
 */
export function mailLinkToken(secrets: Secrets, link: MailLink): string {
  const body = Buffer.concat([
    Buffer.from(link.personId.replaceAll('-', ''), 'hex'),
    Buffer.from(link.group, 'latin1'),
  ]);
  return Buffer.concat([macOf(currentKey(secrets, 'mail-link'), body), body]).toString('base64url');
}

/** @returns what the token turns off, or null where it was not made by us or is not whole */
export function openMailLink(secrets: Secrets, token: string): MailLink | null {
  const octets = Buffer.from(token, 'base64url');
  if (octets.length <= macOctets + idOctets || octets.toString('base64url') !== token) return null;
  const mac = octets.subarray(0, macOctets);
  const body = octets.subarray(macOctets);
  if (!labelledKeys(secrets, 'mail-link').some((key) => timingSafeEqual(macOf(key, body), mac))) return null;
  const hex = body.subarray(0, idOctets).toString('hex');
  const group = body.subarray(idOctets).toString('latin1');
  if (!isMailGroup(group)) return null;
  return { personId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), group };
}

function macOf(key: LabelledKey, body: Buffer): Buffer {
  return createHmac('sha256', key.key).update('turn-off/').update(body).digest().subarray(0, macOctets);
}
