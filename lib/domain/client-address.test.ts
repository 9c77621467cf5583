import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';
import { parseNetwork } from './network.ts';

const trusted = ['127.0.0.0/8', '::1', '10.0.0.0/8', '2001:db8:ffff::/48'].map((text) => {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.code}`);
  return parsed.network;
});

test.each([
  // From a stranger the header is worth nothing.
  ['198.51.100.7', undefined, '198.51.100.7'],
  ['198.51.100.7', '203.0.113.9', '198.51.100.7'],
  ['198.51.100.7', '127.0.0.1', '198.51.100.7'],
  ['::ffff:198.51.100.7', '203.0.113.9', '198.51.100.7'],
  ['2001:DB8::0:7', '203.0.113.9', '2001:db8::7'],
  ['fe80::1%eth0', '203.0.113.9', 'fe80::1'],
  // From a proxy of ours it counts as far as our proxies reach.
  ['127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['::ffff:127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['::1', '2001:DB8::0:9', '2001:db8::9'],
  ['10.1.1.1', '203.0.113.9, 10.2.2.2,127.0.0.1', '203.0.113.9'],
  ['10.1.1.1', '203.0.113.9, 2001:db8:ffff::1', '203.0.113.9'],
  ['10.1.1.1', '1.1.1.1, 203.0.113.9, 10.2.2.2', '203.0.113.9'],
  ['10.1.1.1', 'forged, 203.0.113.9', '203.0.113.9'],
  ['10.1.1.1', '203.0.113.9, ::ffff:10.2.2.2', '203.0.113.9'],
  ['10.1.1.1', '::ffff:203.0.113.9', '203.0.113.9'],
  // All hops ours: the client is inside.
  ['10.1.1.1', '10.9.9.9, 10.2.2.2', '10.9.9.9'],
  ['10.1.1.1', undefined, '10.1.1.1'],
  // Garbage where our own proxies should have written: the peer.
  ['10.1.1.1', '', '10.1.1.1'],
  ['10.1.1.1', 'unknown', '10.1.1.1'],
  ['10.1.1.1', '203.0.113.9,', '10.1.1.1'],
  ['10.1.1.1', '203.0.113.9, garbage, 10.2.2.2', '10.1.1.1'],
  ['10.1.1.1', '203.0.113.9:4711', '10.1.1.1'],
  ['10.1.1.1', '[2001:db8::9]', '10.1.1.1'],
  ['10.1.1.1', '010.0.0.1', '10.1.1.1'],
  ['10.1.1.1', 'fe80::1%eth0', '10.1.1.1'],
  // A closed socket has no address.
  [undefined, '203.0.113.9', undefined],
])('peer %s, X-Forwarded-For %s: %s', (peer, forwardedFor, expected) => {
  expect(clientAddress(peer, forwardedFor, trusted)).toBe(expected);
});
