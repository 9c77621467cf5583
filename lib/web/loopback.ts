import { parseAddress } from '../domain/ip.ts';
import { containsAddress, type Network, parseNetwork } from '../domain/network.ts';
import { clientAddress } from './client-address.ts';

const loopback: readonly Network[] = ['127.0.0.0/8', '::1'].map((text) => {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(`${text} is no network`);
  return parsed.network;
});

/** Set by our own HTTP server where the request has come by a proxy. */
const FORWARDED_HEADER = 'x-postern-forwarded';

/**
 * Whether the client is on this machine and has asked this machine by itself. A client without an address is not, and
 * neither is a proxy: who knows who is behind it, where nobody has named it to us. One that says nothing of itself gives
 * itself away by the name that was asked for; so does a page elsewhere whose name was made to lead here.
 */
export function isFromLoopback(headers: Headers): boolean {
  if (headers.has(FORWARDED_HEADER)) return false;
  const host = URL.parse(`http://${headers.get('host') ?? ''}`)?.hostname ?? '';
  return isLoopback(clientAddress(headers) ?? '') && (host === 'localhost' || isLoopback(host));
}

function isLoopback(text: string): boolean {
  const address = parseAddress(text.replace(/^\[(.*)\]$/, '$1'));
  return address !== undefined && loopback.some((network) => containsAddress(network, address));
}
