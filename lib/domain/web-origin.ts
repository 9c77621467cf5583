/** What is said of a `PORTAL_URL` that is more: portal, jobs and nodes read it each by themselves. */
export const notAnOrigin =
  'has more than a scheme, a host and a port: the portal needs a host name for itself';

/**
 * Where a site is that has a host for itself.
 * @returns the origin as browsers say it (RFC 6454 6.2: lower case, no default port); null where the text is no http or
 *   https address or has more in it: a path, a query, a fragment, a user
 */
export function webOrigin(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, href, origin } = new URL(text);
  return /^https?:$/.test(protocol) && href === `${origin}/` ? origin : null;
}
