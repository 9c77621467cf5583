/**
 * Whether a request that changes something comes from a page of this portal, and not from a page elsewhere in the same
 * browser. `Sec-Fetch-Site` is the browser's own word and no page can write it; where a browser does not say it,
 * `Origin` must be the portal's public address. Who sends neither is no browser, and brings no cookie that the person
 * has not handed over (the same order as Go's http.CrossOriginProtection).
 */
export function isSameOrigin(headers: Headers, portalUrl: string): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin' || site === 'none';
  const origin = headers.get('origin');
  return origin === null || origin === new URL(portalUrl).origin;
}
