import NextAuth from 'next-auth';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findLiveSession } from '../../db/queries/sessions.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { parseEnvironment } from '../env.ts';
import { eventsOf, goodPassword, makePerson } from '../operations/testing-people.ts';
import { authOptions } from './auth-options.ts';
import { log } from './log.ts';
import type { Portal } from './portal.ts';
import { pathAfterSignIn } from './safe-path.ts';
import { makeSessionCookie, readSessionCookie } from './session-cookie.ts';
import { startOpenIdProvider, type TestOpenIdProvider } from './testing-openid-provider.ts';

const portalUrl = 'http://127.0.0.1:3000';
const cookieName = 'next-auth.session-token';

let db: TestDatabase;
let provider: TestOpenIdProvider;
let portal: Portal;

beforeAll(async () => {
  process.env.NEXTAUTH_URL = portalUrl;
  db = await createTestDatabase();
  provider = await startOpenIdProvider('postern');
  const parsed = parseEnvironment({
    DATABASE_URL: db.url,
    AUTH_SECRET: 'the auth secret of these tests, long',
    PORTAL_URL: portalUrl,
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: 'postern',
    OIDC_CLIENT_SECRET: 'theirs',
  });
  if (!parsed.ok) throw new Error('no environment');
  const { environment } = parsed;
  const secrets = { current: environment.authSecret, previous: null };
  portal = { environment, database: db.database, secrets };
  await makePerson(db.database, { email: 'owner@acme.example' });
  await makePerson(db.database, { email: 'support@postern.example', staff: 'support' });
});
afterAll(async () => {
  delete process.env.NEXTAUTH_URL;
  await provider.close();
  await db.close();
});

type Answer = { status: number; location: string; body: unknown };

/** next-auth with our options, asked as a browser would: it keeps what it is given. */
class Browser {
  cookies = new Map<string, string>();

  async ask(path: string, form?: Record<string, string>): Promise<Answer> {
    const url = new URL(path, portalUrl);
    const answer: Answer = { status: 200, location: '', body: undefined };
    const set: string[] = [];
    const response = {
      status: (status: number) => {
        answer.status = status;
        return response;
      },
      getHeader: () => set,
      setHeader: (name: string, value: string | string[]) => {
        if (name === 'Set-Cookie') for (const cookie of value) this.keep(cookie);
        if (name === 'Location') answer.location = String(value);
        return response;
      },
      json: (body: unknown) => {
        answer.body = body;
      },
      send: (body: unknown) => {
        answer.body = body;
      },
      end: () => {},
    };
    const request = {
      method: form === undefined ? 'GET' : 'POST',
      query: { ...Object.fromEntries(url.searchParams), nextauth: url.pathname.split('/').slice(3) },
      cookies: Object.fromEntries(this.cookies),
      headers: {},
      body: form,
    };
    const visitor = { address: '203.0.113.9', userAgent: 'Test' };
    await NextAuth(request as never, response as never, authOptions(portal, visitor, new Date()));
    return answer;
  }

  keep(cookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (value === '') this.cookies.delete(name);
    else this.cookies.set(name, decodeURIComponent(value));
  }

  async post(path: string, fields: Record<string, string>): Promise<Answer> {
    const { body } = await this.ask('/api/auth/csrf');
    return this.ask(path, { ...(body as { csrfToken: string }), ...fields });
  }

  sessionId(): Promise<string | null> {
    return readSessionCookie(portal.secrets, this.cookies.get(cookieName));
  }

  async session(): Promise<unknown> {
    return (await this.ask('/api/auth/session')).body;
  }

  signIn(email: string, password = goodPassword): Promise<Answer> {
    return this.post('/api/auth/callback/credentials', {
      email,
      password,
      callbackUrl: '/account/whitelist',
    });
  }

  /** There and back again. */
  async signInAtProvider(): Promise<Answer> {
    const begun = await this.post('/api/auth/signin/oidc', { callbackUrl: '/account/whitelist' });
    const there = await fetch(begun.location, { redirect: 'manual' });
    return this.onward(await this.ask(there.headers.get('location') ?? ''));
  }

  /** There, and back without having signed in: RFC 6749 4.1.2.1. */
  async cancelAtProvider(error = 'access_denied'): Promise<Answer> {
    const begun = await this.post('/api/auth/signin/oidc', { callbackUrl: '/account/whitelist' });
    const asked = new URL(begun.location).searchParams;
    const refusal = new URLSearchParams({ error, state: asked.get('state') ?? '' });
    return this.onward(await this.ask(`/api/auth/callback/oidc?${refusal}`));
  }

  /** Follows where next-auth leads on within itself. */
  async onward(answer: Answer): Promise<Answer> {
    const { pathname } = new URL(answer.location, portalUrl);
    if (!/^\/api\/auth\/(error|signin)$/.test(pathname)) return answer;
    return this.onward(await this.ask(answer.location));
  }
}

/** With what the sign-in page is opened. */
function signInQuery({ location }: Answer): Record<string, string> {
  const { pathname, searchParams } = new URL(location, portalUrl);
  expect(pathname).toBe('/sign-in');
  return Object.fromEntries(searchParams);
}

describe('next-auth', () => {
  test('signs in by password, and its cookie names a row', async () => {
    const browser = new Browser();
    expect(await browser.signIn('owner@acme.example')).toMatchObject({
      status: 302,
      location: `${portalUrl}/account/whitelist`,
    });
    const id = await browser.sessionId();
    expect(await findLiveSession(db.database, id ?? '', new Date())).toMatchObject({
      person: { email: 'owner@acme.example' },
    });
    expect(await browser.session()).toMatchObject({
      user: { email: 'owner@acme.example', name: 'Jo Baker' },
    });
  });

  test.each([
    ['owner@acme.example', 'a wrong password'],
    ['nobody@acme.example', goodPassword],
    ['', ''],
  ])('%s with %s: no session', async (email, password) => {
    const browser = new Browser();
    expect((await browser.signIn(email, password)).location).toContain('error=CredentialsSignin');
    expect(await browser.sessionId()).toBeNull();
  });

  test('takes no form that was not begun here', async () => {
    const browser = new Browser();
    const form = { csrfToken: 'x'.repeat(64), email: 'owner@acme.example', password: goodPassword };
    await browser.ask('/api/auth/callback/credentials', form);
    expect(await browser.sessionId()).toBeNull();
  });

  test('leads nobody to another website', async () => {
    const browser = new Browser();
    const away = await browser.post('/api/auth/callback/credentials', {
      email: 'owner@acme.example',
      password: goodPassword,
      callbackUrl: 'https://evil.example/',
    });
    expect(new URL(away.location).origin).toBe(portalUrl);
  });

  test('signing out ends the row: a kept cookie is worth nothing', async () => {
    const browser = new Browser();
    await browser.signIn('owner@acme.example');
    const kept = browser.cookies.get(cookieName) ?? '';
    await browser.post('/api/auth/signout', {});
    expect(browser.cookies.has(cookieName)).toBe(false);
    browser.cookies.set(cookieName, kept);
    expect(await browser.session()).toEqual({});
    expect(browser.cookies.has(cookieName)).toBe(false);
  });

  test('tells nothing of a session whose second factor is missing', async () => {
    const browser = new Browser();
    await browser.signIn('support@postern.example');
    expect(await browser.sessionId()).not.toBeNull();
    expect(await browser.session()).toEqual({ expires: expect.any(String) });
  });

  test('a cookie made with another secret is nobody’s', async () => {
    const browser = new Browser();
    await browser.signIn('owner@acme.example');
    const id = (await browser.sessionId()) ?? '';
    const session = { id, expiresAt: new Date(Date.now() + 3_600_000) };
    const forger = { current: 'a secret that was guessed', previous: null };
    const forged = new Browser();
    forged.cookies.set(cookieName, await makeSessionCookie(forger, session, new Date()));
    expect(await forged.session()).toEqual({});
  });
});

describe('the operator’s provider', () => {
  test('brings in who exists, by verified e-mail address', async () => {
    provider.signInAs({ sub: '1', email: 'Owner@acme.example', email_verified: true });
    const browser = new Browser();
    expect((await browser.signInAtProvider()).location).toBe(`${portalUrl}/account/whitelist`);
    expect(await browser.session()).toMatchObject({ user: { email: 'owner@acme.example' } });
    expect((await eventsOf(db.database, 'signed_in')).at(-1)?.content).toMatchObject({ method: 'provider' });
  });

  test.each([
    ['a stranger', { sub: '2', email: 'stranger@acme.example', email_verified: true }],
    ['an address that is not verified', { sub: '3', email: 'owner@acme.example', email_verified: false }],
    ['no address', { sub: '4' }],
  ])('not %s', async (_, user) => {
    provider.signInAs(user);
    const browser = new Browser();
    const { error, ...query } = signInQuery(await browser.signInAtProvider());
    expect(error).toBe('unknown_person');
    expect(pathAfterSignIn(query, portalUrl)).toBe('/account/whitelist');
    expect(await browser.sessionId()).toBeNull();
  });

  test('leads whoever cancels there to where they may sign in otherwise, and then to where they wanted to go', async () => {
    const browser = new Browser();
    const { error, ...query } = signInQuery(await browser.cancelAtProvider());
    expect(error).toBe('Callback');
    expect(pathAfterSignIn(query, portalUrl)).toBe('/account/whitelist');
  });

  test('is in the log where it fails, and not where somebody cancels there', async () => {
    const logged = vi.spyOn(log, 'error').mockReturnValue();
    await new Browser().cancelAtProvider();
    expect(logged).not.toHaveBeenCalled();
    await new Browser().cancelAtProvider('invalid_scope');
    const err = expect.objectContaining({ message: 'invalid_scope' });
    expect(logged).toHaveBeenCalledWith({ code: expect.any(String), err }, 'signing in failed');
    logged.mockRestore();
  });

  test('that says the address at its userinfo endpoint alone', async () => {
    const owner = { sub: '6', email: 'owner@acme.example', email_verified: true };
    provider.signInAs({ sub: '6' }, owner);
    const browser = new Browser();
    expect((await browser.signInAtProvider()).location).toBe(`${portalUrl}/account/whitelist`);
    expect(await browser.session()).toMatchObject({ user: { email: 'owner@acme.example' } });
  });

  test.each([
    [{ email_verified: true }, { email: 'owner@acme.example' }],
    [{ email: 'owner@acme.example' }, { email_verified: true }],
    [{ email: 'owner@acme.example', email_verified: undefined }, {}],
  ])('that says %j in its ID token and %j at its userinfo endpoint opens nothing', async (told, more) => {
    provider.signInAs({ sub: '8', ...told }, { sub: '8', ...more });
    const browser = new Browser();
    expect((await browser.signInAtProvider()).location).toContain('error=unknown_person');
    expect(await browser.sessionId()).toBeNull();
  });

  test('whose userinfo endpoint speaks of somebody else opens nothing', async () => {
    provider.signInAs({ sub: '7' }, { sub: '6', email: 'owner@acme.example', email_verified: true });
    const browser = new Browser();
    expect((await browser.signInAtProvider()).location).toContain('error=OAuthCallback');
    expect(await browser.sessionId()).toBeNull();
  });

  test('does not spare staff their second factor', async () => {
    provider.signInAs({ sub: '5', email: 'support@postern.example', email_verified: true });
    const browser = new Browser();
    await browser.signInAtProvider();
    const session = await findLiveSession(db.database, (await browser.sessionId()) ?? '', new Date());
    expect(session?.secondFactor).toBe('to_enrol');
  });

  test('an answer that another browser asked for opens nothing', async () => {
    provider.signInAs({ sub: '1', email: 'owner@acme.example', email_verified: true });
    const attacker = new Browser();
    const begun = await attacker.post('/api/auth/signin/oidc', { callbackUrl: '/' });
    const there = await fetch(begun.location, { redirect: 'manual' });
    const victim = new Browser();
    await victim.ask(there.headers.get('location') ?? '');
    expect(await victim.sessionId()).toBeNull();
  });
});
