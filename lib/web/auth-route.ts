import 'server-only';
import type { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { authOptions } from './auth-options.ts';
import { visitorOf } from './client-address.ts';
import { portal } from './portal.ts';
import { isSameOrigin } from './same-origin.ts';

/** What next-auth is asked for. Its other doors (a log that anybody writes, its own pages) stay closed. */
const doors: Readonly<Record<string, readonly string[]>> = {
  GET: ['csrf', 'providers', 'session', 'signin', 'callback', 'error'],
  POST: ['signin', 'callback', 'signout'],
};

type RouteContext = { params: Promise<{ nextauth: string[] }> };

/** next-auth behind `/api/auth/…`: our forms do without it, OpenID providers and other clients come here. */
export async function authRoute(request: NextRequest, context: RouteContext): Promise<Response> {
  const { environment } = portal();
  const [door = ''] = (await context.params).nextauth;
  if (!doors[request.method]?.includes(door)) return new Response('Not found\n', { status: 404 });
  if (request.method === 'POST') {
    if (!isSameOrigin(request.headers, environment.portalUrl)) {
      return new Response('Sent from another website\n', { status: 403 });
    }
    if (!(await isReadable(request))) return new Response('Not a form\n', { status: 400 });
  }
  // Its public address, whatever Host or a forwarding header says.
  process.env.NEXTAUTH_URL = environment.portalUrl;
  return NextAuth(request, context, authOptions(portal(), visitorOf(request.headers), new Date()));
}

/** next-auth throws at a body that says it is JSON and is not. */
async function isReadable(request: NextRequest): Promise<boolean> {
  if (!request.headers.get('content-type')?.includes('application/json')) return true;
  try {
    const body: unknown = await request.clone().json();
    return typeof body === 'object' && body !== null;
  } catch {
    return false;
  }
}
