import { describe, expect, test } from 'vitest';
import { isHostName } from './host-name.ts';
import { parseNetwork } from './network.ts';
import {
  sharedEgress,
  sharedEgressNamed,
  sharedEgressOf,
  sharedEgressOfSystem,
  sharingText,
} from './shared-egress.ts';
import { classifyNetwork } from './special-purpose.ts';

function network(text: string) {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.network;
}

describe('the table', () => {
  test('every row names its source, and is told by a network, a domain or a system', () => {
    for (const row of sharedEgress) {
      expect(row.source, row.operator).not.toBe('');
      expect(row.networks.length + row.domains.length, row.operator).toBeGreaterThan(0);
      for (const domain of row.domains) expect(isHostName(domain), domain).toBe(true);
    }
  });

  test('networks are public, canonical, and stand once', () => {
    const all = sharedEgress.flatMap((row) => row.networks);
    expect(new Set(all).size).toBe(all.length);
    for (const text of all) expect(classifyNetwork(network(text)).global, text).toBe(true);
  });

  test('operators stand once for each kind', () => {
    const names = sharedEgress.map((row) => `${row.kind} ${row.operator}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

test.each([
  ['74.125.82.182', 'Google'],
  ['104.47.0.0/24', 'Microsoft 365'],
  ['172.224.7.1', 'Apple iCloud Private Relay'],
  ['185.159.157.3', 'Proton VPN'],
  ['2a10:7402::1', 'Mullvad'],
  ['0.0.0.0/0', 'Google'],
  ['45.90.1.7', null],
  ['2001:db8::1', null],
])('%s is of %s', (text, operator) => {
  expect(sharedEgressOf(network(text))?.operator ?? null).toBe(operator);
});

test.each([
  ['mail-ed1-f41.google.com', 'Google'],
  ['google.com.acme.example', null],
  ['notgoogle.com', null],
  ['node-nl-7.protonvpn.net', 'Proton VPN'],
  ['relay.mailchannels.net', 'MailChannels'],
  ['tor-exit-3.example.net', 'Tor'],
  ['torexit1.example.org', 'Tor'],
  ['185-220-101-7.tor-relay.example', 'Tor'],
  ['exit.tor.example.net', 'Tor'],
  ['history.exitlight.example', null],
  ['actor.nodes.example', null],
  ['mentor-node.acme.example', null],
  ['vpn.acme.example', null],
])('%s is of %s', (name, operator) => {
  expect(sharedEgressNamed(name)?.operator ?? null).toBe(operator);
});

test('autonomous systems that are nothing else', () => {
  expect(sharedEgressOfSystem(36183)?.kind).toBe('privacy_relay');
  expect(sharedEgressOfSystem(16509)).toBeNull();
});

test.each([
  ['TOR-EXIT-NET', 'tor_exit_node'],
  ['Tor Exit Nodes, abuse is handled by machines', 'tor_exit_node'],
  ['Public VPN', 'anonymous_vpn'],
  ['VPN-USERS-NL', 'anonymous_vpn'],
  ['Anonymizer Inc', 'privacy_relay'],
  ['ACME-VPN', null],
  ['Toronto Relay Stations', null],
  ['MONITOR-NODES', null],
])('a registry that says %s says %s', (text, kind) => {
  expect(sharingText(['', text])?.kind ?? null).toBe(kind);
});
