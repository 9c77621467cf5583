import { createResolver, type Resolver } from '../adapters/resolver.ts';
import { portal } from './portal.ts';

let resolver: Resolver | undefined;

/** The name servers that the operator has named, for lookups that somebody waits for. */
export function portalResolver(): Resolver {
  resolver ??= createResolver({ servers: portal().environment.dnsServers });
  return resolver;
}
