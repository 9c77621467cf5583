import { createHmac, timingSafeEqual } from 'node:crypto';
import { encodeBase32 } from './base32.ts';
import { currentKey, type LabelledKey, labelledKeys, type Secrets } from './keys.ts';

const tokenOctets = 15;
const prefix = 'postern-verification=';

/** Where the record is published. A name of its own: nothing else is answered for there. */
export function challengeName(domain: string): string {
  return `_postern-challenge.${domain}`;
}

/**
 * The TXT value by which whoever runs a domain's name servers lets a server send as that domain.
 * @param serverId UUID as text, any case
 * @param domain ASCII, lower case
 */
export function challengeValue(secrets: Secrets, serverId: string, domain: string): string {
  return `${prefix}${tokenBy(currentKey(secrets, 'domain-token'), serverId, domain)}`;
}

/** Whether a TXT value lets this server send as the domain, also by the previous secret while it is being rotated. */
export function isChallengeValue(secrets: Secrets, value: string, serverId: string, domain: string): boolean {
  const given = Buffer.from(value.trim().toLowerCase());
  return labelledKeys(secrets, 'domain-token').some((key) => {
    const expected = Buffer.from(`${prefix}${tokenBy(key, serverId, domain)}`);
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
}

function tokenBy(key: LabelledKey, serverId: string, domain: string): string {
  const mac = createHmac('sha256', key.key).update(`${serverId.toLowerCase()}/${domain}`).digest();
  return encodeBase32(mac.subarray(0, tokenOctets)).toLowerCase();
}
