import 'server-only';
import { cookies, headers } from 'next/headers';
import { NextRequest, NextResponse } from 'next/server';
import NextAuth from 'next-auth';
import { authOptions } from './auth-options.ts';
import { visitorOf } from './client-address.ts';
import { portal } from './portal.ts';

/**
 * Begins a sign-in at the operator's OpenID provider, as next-auth's own form would, but from a server action: it works
 * without JavaScript and needs no page of next-auth's. Sets the cookies by which the answer is recognised.
 * @param next a path of ours to come back to
 * @returns the provider's address to go to
 */
export async function beginProviderSignIn(next: string): Promise<string> {
  const csrf = await (await ask(['csrf'])).json();
  const begun = await ask(['signin', 'oidc'], { csrfToken: csrf.csrfToken, callbackUrl: next });
  const address = begun.headers.get('location');
  if (address === null) throw new Error('next-auth has sent nobody to the OpenID provider');
  return address;
}

/** Asks next-auth as its route would, and keeps its cookies as the browser would. */
async function ask(nextauth: string[], form?: Record<string, string>): Promise<Response> {
  const opened = portal();
  process.env.NEXTAUTH_URL = opened.environment.portalUrl;
  const request = new NextRequest(new URL(`/api/auth/${nextauth.join('/')}`, opened.environment.portalUrl), {
    method: form === undefined ? 'GET' : 'POST',
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  const options = authOptions(opened, visitorOf(await headers()), new Date());
  const response: Response = await NextAuth(request, { params: { nextauth } }, options);
  const jar = await cookies();
  for (const cookie of new NextResponse(null, response).cookies.getAll()) jar.set(cookie);
  return response;
}
