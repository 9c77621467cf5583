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
 * Whether the client is on this machine and has asked by itself. A client without an address is not, and neither is a
 * proxy: who knows who is behind it, where nobody has named it to us.
 */
export function isFromLoopback(headers: Headers): boolean {
  if (headers.has(FORWARDED_HEADER)) return false;
  const address = parseAddress(clientAddress(headers) ?? '');
  return address !== undefined && loopback.some((network) => containsAddress(network, address));
}
