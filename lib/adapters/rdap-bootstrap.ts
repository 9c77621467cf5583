import { z } from 'zod';
import { containsNetwork, type Network, parseNetwork } from '../domain/network.ts';
import type { BootstrapService } from './rdap-bootstrap-data.ts';

const bootstrapFile = z.object({
  version: z.literal('1.0'),
  services: z.array(z.tuple([z.array(z.string()), z.array(z.string()).min(1)])).min(1),
});

/** The services of an IANA bootstrap file (RFC 9224 section 4); undefined where it is none. */
export function readBootstrap(body: string): BootstrapService[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  const parsed = bootstrapFile.safeParse(json);
  return parsed.success ? parsed.data.services : undefined;
}

/**
 * The base address of the server that answers for a network: the longest network that holds it decides (RFC 9224
 * section 5.2), https goes before http. Undefined for space that nobody answers for.
 */
export function rdapBase(services: readonly BootstrapService[], asked: Network): string | undefined {
  let best: { prefix: number; urls: readonly string[] } | undefined;
  for (const [networks, urls] of services) {
    for (const text of networks) {
      const parsed = parseNetwork(text);
      if (!parsed.ok || !containsNetwork(parsed.network, asked)) continue;
      if (best === undefined || parsed.network.prefix > best.prefix) {
        best = { prefix: parsed.network.prefix, urls };
      }
    }
  }
  return best?.urls.find((url) => url.startsWith('https:')) ?? best?.urls[0];
}
