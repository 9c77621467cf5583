import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { splitDnsServer } from '../lib/env.ts';

export type ResolvedDnsServers = { ok: true; servers: string[] } | { ok: false; message: string };

/**
 * `DNS_SERVERS` with addresses in place of names, which the system is asked for once: a resolver takes no names.
 * @param servers `host[:port]` as the environment has been found to have them
 */
export async function resolveDnsServers(servers: readonly string[]): Promise<ResolvedDnsServers> {
  const resolved: string[] = [];
  for (const server of servers) {
    const { host, port } = splitDnsServer(server) ?? { host: server, port: null };
    const found = isIP(host) === 0 ? await addressOf(host) : { address: host };
    if ('code' in found) {
      const message = `DNS_SERVERS: the name "${host}" has no address (${found.code}): correct it, or write the address itself.`;
      return { ok: false, message };
    }
    const bracketed = isIP(found.address) === 6 ? `[${found.address}]` : found.address;
    resolved.push(port === null ? bracketed : `${bracketed}:${port}`);
  }
  return { ok: true, servers: resolved };
}

async function addressOf(name: string): Promise<{ address: string } | { code: string }> {
  return lookup(name).catch((error: NodeJS.ErrnoException) => ({ code: error.code ?? error.message }));
}
