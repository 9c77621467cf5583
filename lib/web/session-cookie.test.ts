import { encode } from 'next-auth/jwt';
import { describe, expect, test } from 'vitest';
import {
  makeSessionCookie,
  readSessionCookie,
  sessionCookieName,
  sessionCookieOptions,
  sessionSecrets,
} from './session-cookie.ts';

const secrets = { current: 'the auth secret of this test', previous: null };
const now = new Date();
const session = {
  id: '5f0f2a6e-9a58-4f62-9f0e-6d1f2b1c7a10',
  expiresAt: new Date(now.getTime() + 3_600_000),
};
const [key = ''] = sessionSecrets(secrets);

describe('the cookie', () => {
  test('names its session, and shows nobody which', async () => {
    const cookie = await makeSessionCookie(secrets, session, now);
    expect(await readSessionCookie(secrets, cookie)).toBe(session.id);
    expect(Buffer.from(cookie, 'base64url').toString('latin1')).not.toContain(session.id);
  });

  test('is read through a rotation of the secret, and no further', async () => {
    const cookie = await makeSessionCookie(secrets, session, now);
    const rotating = { current: 'the next auth secret', previous: secrets.current };
    expect(await readSessionCookie(rotating, cookie)).toBe(session.id);
    expect(await readSessionCookie({ ...rotating, previous: null }, cookie)).toBeNull();
  });

  test('is none once it has expired', async () => {
    const cookie = await makeSessionCookie(secrets, session, new Date(session.expiresAt.getTime() + 60_000));
    expect(await readSessionCookie(secrets, cookie)).toBeNull();
  });

  test('is not made by who only knows the id, or another secret', async () => {
    const { previous: _, ...other } = { ...secrets, current: 'another secret' };
    const forged = [
      session.id,
      `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ sid: session.id })).toString('base64url')}.`,
      await makeSessionCookie({ ...other, previous: null }, session, now),
      // Another use of the same key, such as next-auth's own state cookies.
      await encode({ token: { sid: session.id }, secret: key, salt: 'next-auth.state' }),
      // What next-auth would make of AUTH_SECRET itself.
      await encode({ token: { sid: session.id }, secret: secrets.current }),
      await encode({ token: { sub: session.id }, secret: key }),
      await encode({ token: { sid: 'not-an-id' }, secret: key }),
      '',
      undefined,
    ];
    for (const cookie of forged) expect(await readSessionCookie(secrets, cookie)).toBeNull();
  });

  test('no part of it can be changed', async () => {
    const cookie = await makeSessionCookie(secrets, session, now);
    for (let at = 0; at < cookie.length; at += 7) {
      // Another in its first bit: of a part's last letter the last bits mean nothing.
      const letter = cookie[at] === 'A' ? 'g' : 'A';
      const changed = cookie.slice(0, at) + letter + cookie.slice(at + 1);
      expect(await readSessionCookie(secrets, changed)).toBeNull();
    }
  });

  test.each([
    ['https://whitelist.example.com', '__Secure-next-auth.session-token', true],
    ['http://127.0.0.1:3000', 'next-auth.session-token', false],
  ])('%s', (portalUrl, name, secure) => {
    expect(sessionCookieName(portalUrl)).toBe(name);
    expect(sessionCookieOptions(portalUrl)).toEqual({ httpOnly: true, sameSite: 'lax', path: '/', secure });
  });
});
