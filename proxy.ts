import { type NextRequest, NextResponse } from 'next/server';

// A convenience alone: who has no cookie is led to signing in without a page being rendered, and comes back to the same
// page afterwards. It decides nothing. Each page and action asks for itself, and holds when this file is taken away.

const PATH_HEADER = 'x-postern-path';
const cookieNames = ['next-auth.session-token', '__Secure-next-auth.session-token'];

export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  const path = `${pathname}${search}`;
  // A form that is sent is answered by its action, which says so and keeps what was typed: it cannot follow a redirect.
  const opens = request.method === 'GET' || request.method === 'HEAD';
  if (opens && !cookieNames.some((name) => request.cookies.has(name))) {
    const signIn = request.nextUrl.clone();
    signIn.pathname = '/sign-in';
    signIn.search = new URLSearchParams({ next: path }).toString();
    return NextResponse.redirect(signIn);
  }
  const headers = new Headers(request.headers);
  headers.set(PATH_HEADER, path);
  return NextResponse.next({ request: { headers } });
}

export const config = { matcher: ['/account/:path*', '/servers/:path*', '/admin/:path*'] };
