'use server';

import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { signOut } from '../operations/sign-out.ts';
import { visitorOf } from './client-address.ts';
import { paths } from './paths.ts';
import { portal } from './portal.ts';
import { isSameOrigin } from './same-origin.ts';
import { currentSession, setSessionCookie } from './session.ts';

/** Ends this session for good, not only its cookie. */
export async function signOutAction(): Promise<void> {
  const { database, environment } = portal();
  const came = await headers();
  if (!isSameOrigin(came, environment.portalUrl)) return;
  const session = await currentSession();
  const now = new Date();
  if (session !== null) {
    await signOut({ database, sessionId: session.sessionId, visitor: visitorOf(came), now });
  }
  await setSessionCookie(null, now);
  redirect(paths.signIn());
}
