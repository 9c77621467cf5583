import 'server-only';
import { cookies, headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { findLiveSession, type LiveSession } from '../../db/queries/sessions.ts';
import { mayAsStaff, type StaffAbility } from '../domain/permissions.ts';
import { isSatisfied } from '../domain/second-factor.ts';
import type { NewSession } from '../operations/start-session.ts';
import { touchSession } from '../operations/touch-session.ts';
import { paths } from './paths.ts';
import { portal } from './portal.ts';
import { safePath } from './safe-path.ts';
import {
  makeSessionCookie,
  readSessionCookie,
  sessionCookieName,
  sessionCookieOptions,
} from './session-cookie.ts';

/** Set by `proxy.ts`: only so that the person comes back to this page after signing in. */
export const PATH_HEADER = 'x-postern-path';

/**
 * The session of this request, whose second factor may still be missing. Its row is read once for each request: what
 * was revoked, and a role that has ended, is gone with the next one.
 */
export const currentSession = cache(async (): Promise<LiveSession | null> => {
  const { environment, database, secrets } = portal();
  const cookie = (await cookies()).get(sessionCookieName(environment.portalUrl))?.value;
  const sessionId = await readSessionCookie(secrets, cookie);
  if (sessionId === null) return null;
  const now = new Date();
  const session = await findLiveSession(database, sessionId, now);
  if (session === undefined) return null;
  if (isSatisfied(session.secondFactor)) await touchSession(database, session, now);
  return session;
});

/** Who is signed in, completely; null for anybody else. */
export async function currentViewer(): Promise<LiveSession | null> {
  const session = await currentSession();
  return session !== null && isSatisfied(session.secondFactor) ? session : null;
}

/** For a page of whoever is signed in: anybody else is led to where they sign in, and back. */
export async function requireViewer(): Promise<LiveSession> {
  const session = await currentSession();
  if (session !== null && isSatisfied(session.secondFactor)) return session;
  const next = safePath((await headers()).get(PATH_HEADER)) ?? undefined;
  redirect(session === null ? paths.signIn({ next }) : paths.secondFactor({ next }));
}

/** For a page of staff: for anybody else who is signed in it does not exist. */
export async function requireStaff(ability: StaffAbility): Promise<LiveSession> {
  const session = await requireViewer();
  if (!mayAsStaff(session.viewer, ability)) notFound();
  return session;
}

/** In an action only: sets the cookie of a session, or takes it away. */
export async function setSessionCookie(session: NewSession | null, now: Date): Promise<void> {
  const { environment, secrets } = portal();
  const name = sessionCookieName(environment.portalUrl);
  const options = sessionCookieOptions(environment.portalUrl);
  const jar = await cookies();
  if (session === null) jar.set({ name, value: '', ...options, maxAge: 0 });
  else
    jar.set({
      name,
      value: await makeSessionCookie(secrets, session, now),
      ...options,
      expires: session.expiresAt,
    });
}
