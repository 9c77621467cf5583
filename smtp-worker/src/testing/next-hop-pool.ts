import { parseNextHop } from '../next-hop/next-hop-url.ts';
import { type NextHopPool, openNextHopPool } from '../next-hop/pool.ts';
import type { Envelope } from '../session/types.ts';
import { silentLog } from './silent-log.ts';

// For tests of what takes mail over from a session.

/** A message of a whitelisted device. */
export const testEnvelope: Envelope = {
  transactionId: 'T1',
  entryId: null,
  server: 'acme-production',
  sender: 'a@acme.example',
  declaredSize: null,
  eightBit: false,
  utf8: false,
  offered: { eightBit: false, utf8: false },
  client: { address: '203.0.113.5', port: 50123, ehlo: 'client.example', protocol: 'ESMTP', login: null },
};

export function openTestPool(urls: readonly string[], elapsedMs = Date.now): NextHopPool {
  const hops = urls.map((url) => {
    const parsed = parseNextHop(url);
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.nextHop;
  });
  return openNextHopPool({ hops, publicName: 'mx.postern.example', log: silentLog().log, elapsedMs });
}
