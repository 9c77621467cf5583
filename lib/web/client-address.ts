import { parseAddress } from '../domain/ip.ts';
import type { Visitor } from '../operations/start-session.ts';

/** Set by our own HTTP server, which takes away whatever a client has sent under that name. Nothing else is read. */
const CLIENT_HEADER = 'x-postern-client';

/** @returns canonical text; null where the portal is not behind its own HTTP server (`next dev`) */
export function clientAddress(headers: Headers): string | null {
  const address = headers.get(CLIENT_HEADER);
  return address !== null && parseAddress(address) !== undefined ? address : null;
}

/** Who knocks, as operations that sign in are told. */
export function visitorOf(headers: Headers): Visitor {
  return { address: clientAddress(headers), userAgent: headers.get('user-agent') };
}
