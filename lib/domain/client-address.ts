import { normalisePeer, parseAddress } from './ip.ts';
import { containsAddress, type Network } from './network.ts';

/**
 * From which address an HTTP request really comes. X-Forwarded-For is a claim of whoever wrote it, so it counts only
 * where the peer itself is one of our proxies, and then only as far as our proxies reach: read from the right, the
 * first hop that is none of them is the client. A header with anything but addresses in that part is nobody's word:
 * then the peer is the client.
 * @param peer text of the socket's remote address
 * @param forwardedFor the header, all its lines joined by commas
 * @returns canonical text (IPv4-mapped unwrapped), undefined where the peer has no address
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: readonly Network[],
): string | undefined {
  const nearest = normalisePeer(peer);
  if (nearest === undefined || !isWithin(nearest, trustedProxies)) return nearest;
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  let client = nearest;
  for (const hop of hops.reverse()) {
    // A peer may have a zone, a hop may not: it would mean something on the proxy's machine alone.
    const address = hop.includes('%') ? undefined : normalisePeer(hop);
    if (address === undefined) return nearest;
    client = address;
    if (!isWithin(address, trustedProxies)) break;
  }
  return client;
}

function isWithin(text: string, networks: readonly Network[]): boolean {
  const address = parseAddress(text);
  return address !== undefined && networks.some((network) => containsAddress(network, address));
}
