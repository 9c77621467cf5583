import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { currentKey, type KeyLabel, labelledKeys, type Secrets } from './keys.ts';

const nonceOctets = 12;
const tagOctets = 16;

/**
 * Seals a text for a column of the database, by AES-256-GCM with a random nonce. Who can read the database but has
 * not `AUTH_SECRET` learns nothing, and a text moved to another row does not open there.
 * @param place what the text belongs to, for instance the id of its row
 * @returns `<key id>.<base64url>`
 */
export function sealText(secrets: Secrets, label: KeyLabel, place: string, text: string): string {
  const { id, key } = currentKey(secrets, label);
  const nonce = randomBytes(nonceOctets);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${id}.${sealed.toString('base64url')}`;
}

/**
 * @returns the text; null where it was sealed by a secret that we no longer have, for another place, or changed.
 *   `stale`: sealed by the previous secret, to be sealed again while that is still known.
 */
export function openText(
  secrets: Secrets,
  label: KeyLabel,
  place: string,
  sealed: string,
): { text: string; stale: boolean } | null {
  const [id, body] = sealed.split('.');
  const found = labelledKeys(secrets, label).find((each) => each.id === id);
  const octets = Buffer.from(body ?? '', 'base64url');
  if (found === undefined || octets.length < nonceOctets + tagOctets) return null;
  const decipher = createDecipheriv('aes-256-gcm', found.key, octets.subarray(0, nonceOctets), {
    authTagLength: tagOctets,
  })
    .setAAD(Buffer.from(place))
    .setAuthTag(octets.subarray(-tagOctets));
  try {
    const text = Buffer.concat([decipher.update(octets.subarray(nonceOctets, -tagOctets)), decipher.final()]);
    return { text: text.toString('utf8'), stale: found.id !== currentKey(secrets, label).id };
  } catch {
    // GCM tells by throwing that the tag does not fit.
    return null;
  }
}
