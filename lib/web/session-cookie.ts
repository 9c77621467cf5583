import { decode, encode } from 'next-auth/jwt';
import { isUuid } from '../../db/queries/entries.ts';
import type { NewSession } from '../operations/start-session.ts';
import { labelledKeys, type Secrets } from '../secrets/keys.ts';

// The cookie is next-auth's: an encrypted JWT. It holds the id of a row in `sessions` and nothing else; who that is and
// what they may do is read from the row at each request.

const claim = 'sid';

/** Over https the name itself makes browsers refuse an unencrypted one (RFC 6265bis 4.1.3.1). */
export function sessionCookieName(portalUrl: string): string {
  return `${isHttps(portalUrl) ? '__Secure-' : ''}next-auth.session-token`;
}

export function sessionCookieOptions(portalUrl: string) {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps(portalUrl) } as const;
}

export function isHttps(portalUrl: string): boolean {
  return portalUrl.startsWith('https:');
}

/** What next-auth is given as its secret: the current key makes, all of them read. */
export function sessionSecrets(secrets: Secrets): string[] {
  return labelledKeys(secrets, 'session').map(({ key }) => key.toString('base64url'));
}

export type SessionToken = { [claim]: string };

export function sessionToken(sessionId: string): SessionToken {
  return { [claim]: sessionId };
}

/** The session that a token names, null where it names none. */
export function sessionIdOf(token: Readonly<Record<string, unknown>> | null): string | null {
  const id = token?.[claim];
  return typeof id === 'string' && isUuid(id) ? id : null;
}

/** The value of the cookie for a session that has just begun. */
export async function makeSessionCookie(secrets: Secrets, session: NewSession, now: Date): Promise<string> {
  const [secret = ''] = sessionSecrets(secrets);
  const maxAge = Math.ceil((session.expiresAt.getTime() - now.getTime()) / 1000);
  return encode({ token: { ...sessionToken(session.id) }, secret, maxAge });
}

/** @returns the id of the session that the cookie names; null for one that is not ours, changed or expired */
export async function readSessionCookie(secrets: Secrets, value: string | undefined): Promise<string | null> {
  return value ? sessionIdOf(await decodeWithAny(sessionSecrets(secrets), value)) : null;
}

/** While the secret is rotated, what the previous one has encrypted is still read. */
export async function decodeWithAny(
  keys: readonly string[],
  token: string | undefined,
  salt?: string,
): Promise<Record<string, unknown> | null> {
  for (const secret of keys) {
    try {
      const decoded = await decode({ token, secret, ...(salt === undefined ? {} : { salt }) });
      if (decoded !== null) return decoded;
    } catch {
      // jose tells by throwing that a token is not by this key, changed, or expired.
    }
  }
  return null;
}
