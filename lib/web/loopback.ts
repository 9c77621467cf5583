import { parseAddress } from '../domain/ip.ts';
import { containsAddress, type Network, parseNetwork } from '../domain/network.ts';
import { clientAddress } from './client-address.ts';

const loopback: readonly Network[] = ['127.0.0.0/8', '::1'].map((text) => {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(`${text} is no network`);
  return parsed.network;
});

/** Whether the client is on this machine. A client without an address is not. */
export function isFromLoopback(headers: Headers): boolean {
  const address = parseAddress(clientAddress(headers) ?? '');
  return address !== undefined && loopback.some((network) => containsAddress(network, address));
}
