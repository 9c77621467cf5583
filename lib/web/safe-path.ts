/** Any origin will do: what leaves it is not a path of ours. */
const base = 'https://portal.invalid';

/**
 * A path that a link or form brings along to go to after signing in, if it leads nowhere but into this portal. Browsers
 * read `//host`, `/\host` and `/<tab>/host` as another host, so the parser decides, not a prefix.
 * @returns path and query, null for anything else
 */
export function safePath(text: unknown): string | null {
  if (typeof text !== 'string' || !text.startsWith('/') || !URL.canParse(text, base)) return null;
  const url = new URL(text, base);
  if (url.origin !== base || url.username !== '') return null;
  // A path that the parser has left with two slashes in front would be a host again in the next hands.
  if (url.pathname.startsWith('//')) return null;
  // Not back to signing in, and not to what is no page.
  if (/^\/(sign-in|invitation|api)(\/|$)/.test(url.pathname)) return null;
  return `${url.pathname}${url.search}`;
}

/**
 * Where to go after signing in, by what the sign-in page was opened with: `next` of ours, else `callbackUrl`, the whole
 * address with which next-auth sends back somebody whom the OpenID provider did not sign in.
 */
export function pathAfterSignIn(
  query: { next?: unknown; callbackUrl?: unknown },
  portalUrl: string,
): string | null {
  const { next, callbackUrl } = query;
  const { origin } = new URL(portalUrl);
  const own = typeof callbackUrl === 'string' && callbackUrl.startsWith(`${origin}/`);
  return safePath(next) ?? (own ? safePath(callbackUrl.slice(origin.length)) : null);
}
