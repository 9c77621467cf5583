import type { NextAuthOptions } from 'next-auth';
import { encode } from 'next-auth/jwt';
import { z } from 'zod';
import { findLiveSession } from '../../db/queries/sessions.ts';
import { isSatisfied } from '../domain/second-factor.ts';
import { signIn } from '../operations/sign-in.ts';
import { signInByProvider } from '../operations/sign-in-by-provider.ts';
import { signOut } from '../operations/sign-out.ts';
import type { Visitor } from '../operations/start-session.ts';
import { log } from './log.ts';
import { passwords } from './passwords.ts';
import { paths } from './paths.ts';
import type { Portal } from './portal.ts';
import {
  decodeWithAny,
  isHttps,
  sessionCookieName,
  sessionCookieOptions,
  sessionIdOf,
  sessionSecrets,
  sessionToken,
} from './session-cookie.ts';

const OIDC = 'oidc';
/** The longest that any session lives; the row says when this one ends. */
const LONGEST_SESSION_SECONDS = 14 * 24 * 3600;

const credentials = z.object({ email: z.string().max(1000), password: z.string().max(1000) });

/**
 * next-auth for one request. It keeps the cookie, the form token and the exchange with an OpenID provider; who may
 * come in is our operations' to say, and what the cookie holds is the id of a row.
 */
export function authOptions(portal: Portal, visitor: Visitor, now: Date): NextAuthOptions {
  const { environment, database, secrets } = portal;
  const keys = sessionSecrets(secrets);
  return {
    secret: keys[0],
    useSecureCookies: isHttps(environment.portalUrl),
    cookies: {
      sessionToken: {
        name: sessionCookieName(environment.portalUrl),
        options: sessionCookieOptions(environment.portalUrl),
      },
    },
    session: { strategy: 'jwt', maxAge: LONGEST_SESSION_SECONDS },
    jwt: {
      encode: (given) => encode({ ...given, secret: keys[0] ?? '' }),
      decode: ({ token, salt }) => decodeWithAny(keys, token, salt),
    },
    pages: { signIn: paths.signIn(), error: paths.signIn() },
    providers: [passwordProvider(portal, visitor, now), ...openIdProvider(portal)],
    callbacks: {
      signIn: async ({ user, account, profile }) => {
        if (account?.provider !== OIDC) return true;
        const result = await signInByProvider({ database, profile: profile ?? {}, visitor, now });
        // By next-auth's own door to the sign-in page, which adds where the person wanted to go.
        if (!result.ok) return `/api/auth/signin?error=${result.code}`;
        user.id = result.session.id;
        return true;
      },
      // `user` is there once, when somebody signs in; then its id is the session's.
      jwt: async ({ token, user }) => {
        if (user) return sessionToken(user.id);
        const id = sessionIdOf(token);
        const session = id === null ? undefined : await findLiveSession(database, id, now);
        if (session === undefined) throw new Error('the session has ended');
        return sessionToken(session.sessionId);
      },
      session: async ({ token }) => {
        const session = await findLiveSession(database, sessionIdOf(token) ?? '', now);
        if (session === undefined || !isSatisfied(session.secondFactor))
          return { expires: now.toISOString() };
        const { email, name } = session.person;
        return { user: { email, name }, expires: session.expiresAt.toISOString() };
      },
      redirect: ({ url, baseUrl }) => sameOriginUrl(url, baseUrl),
    },
    events: {
      signOut: async ({ token }) => {
        const sessionId = sessionIdOf(token);
        if (sessionId !== null) await signOut({ database, sessionId, visitor, now });
      },
    },
    logger: {
      // A session that has ended is no error, and its metadata is for the browser's eyes. Nor is whoever thought better of
      // it at the provider (RFC 6749 4.1.2.1).
      error: (code, metadata) => {
        if (code === 'JWT_SESSION_ERROR') return;
        const err = metadata instanceof Error ? metadata : metadata.error;
        if (err?.message === 'access_denied') return;
        log.error({ code, err }, 'signing in failed');
      },
      warn: (code) => log.warn({ code }, 'signing in'),
      debug: () => {},
    },
  };
}

function passwordProvider(
  { database }: Portal,
  visitor: Visitor,
  now: Date,
): NextAuthOptions['providers'][number] {
  const authorize = async (given: unknown) => {
    const parsed = credentials.safeParse(given);
    if (!parsed.success) return null;
    const result = await signIn({ database, passwords: passwords(), ...parsed.data, visitor, now });
    return result.ok ? { id: result.session.id } : null;
  };
  return {
    id: 'credentials',
    name: 'Password',
    type: 'credentials',
    credentials: { email: {}, password: {} },
    authorize,
    // next-auth merges what a provider's factory leaves here over the rest; there is nothing to add.
    options: { authorize },
  } as NextAuthOptions['providers'][number];
}

/** The operator's own provider, where one is configured. */
function openIdProvider({ environment }: Portal): NextAuthOptions['providers'] {
  const { oidc } = environment;
  if (oidc === null) return [];
  return [
    {
      id: OIDC,
      name: new URL(oidc.issuer).hostname,
      type: 'oauth',
      wellKnown: `${oidc.issuer}/.well-known/openid-configuration`,
      issuer: oidc.issuer,
      clientId: oidc.clientId,
      clientSecret: oidc.clientSecret,
      authorization: { params: { scope: 'openid email profile' } },
      idToken: true,
      userinfo: {
        // OpenID Connect Core 5.4: with a code, what a scope asks for is the userinfo endpoint's to say. Many say it in the
        // ID token as well.
        request: async ({ tokens, client }) => {
          const granted = tokens as Exclude<Parameters<typeof client.userinfo>[0], string>;
          const claims = granted.claims();
          const toldAll = claims.email !== undefined && claims.email_verified !== undefined;
          if (toldAll || client.issuer.metadata.userinfo_endpoint === undefined) return claims;
          // That an address is verified is said of the address beside it, and of no other.
          const { email: _, email_verified: __, ...who } = claims;
          return { ...who, ...(await client.userinfo(granted)) };
        },
      },
      checks: ['pkce', 'state', 'nonce'],
      profile: (profile) => ({ id: profile.sub, email: profile.email }),
    },
  ];
}

function sameOriginUrl(url: string, baseUrl: string): string {
  if (!URL.canParse(url, baseUrl)) return baseUrl;
  const target = new URL(url, baseUrl);
  return target.origin === new URL(baseUrl).origin ? target.href : baseUrl;
}
