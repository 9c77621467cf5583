'use server';

import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { signOut } from '../../../lib/operations/sign-out.ts';
import { visitorOf } from '../../../lib/web/client-address.ts';
import { paths } from '../../../lib/web/paths.ts';
import { portal } from '../../../lib/web/portal.ts';
import { currentSession, setSessionCookie } from '../../../lib/web/session.ts';

/** Revokes the session and takes the cookie away; whoever is signed out already is led to the same place. */
export async function signOutAction(): Promise<void> {
  const now = new Date();
  const session = await currentSession();
  if (session !== null) {
    const visitor = visitorOf(await headers());
    await signOut({ database: portal().database, visitor, sessionId: session.sessionId, now });
  }
  await setSessionCookie(null, now);
  redirect(paths.signIn());
}
