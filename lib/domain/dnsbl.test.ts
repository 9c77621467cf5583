import { describe, expect, test } from 'vitest';
import {
  dnsblQueryName,
  interpretListing,
  type Listing,
  type ListMeaning,
  summariseListings,
  zoneWithoutKey,
} from './dnsbl.ts';
import type { DnsblFacts, EvidenceOutcome, ZoneState } from './evidence.ts';
import { parseAddress } from './ip.ts';

test.each([
  ['192.0.2.99', '99.2.0.192.zen.example'],
  ['127.0.0.2', '2.0.0.127.zen.example'],
  // RFC 5782 section 2.4.
  [
    '2001:db8:1:2:3:4:567:89ab',
    'b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.zen.example',
  ],
  // RFC 5782 section 5: the test entry of IPv6 lists.
  ['::ffff:127.0.0.2', '2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.zen.example'],
])('%s is asked for as %s', (text, name) => {
  const address = parseAddress(text);
  expect(address && dnsblQueryName(address, 'zen.example')).toBe(name);
});

test.each([
  ['zen.spamhaus.org', 'zen.spamhaus.org'],
  ['bl.spamcop.net', 'bl.spamcop.net'],
  ['abcdefghijklmnopqrstuvwxy2.zen.dq.spamhaus.net', 'zen.dq.spamhaus.net'],
  ['0123456789abcdef0123456789abcdef.combined.mail.abusix.zone', 'combined.mail.abusix.zone'],
  ['averylongcompanynameindeed.example', 'averylongcompanynameindeed.example'],
])("the key in %s is nobody else's: %s", (zone, shown) => {
  expect(zoneWithoutKey(zone)).toBe(shown);
});

const listed = (...meanings: ListMeaning[]): Listing => ({ outcome: 'listed', meanings });
const unknown = (reason: Extract<Listing, { outcome: 'unknown' }>['reason']): Listing => ({
  outcome: 'unknown',
  reason,
});

describe('one answer', () => {
  test.each<[ZoneState, EvidenceOutcome, string[], Listing]>([
    ['works', 'none', [], { outcome: 'not_listed' }],
    ['works', 'found', ['127.0.0.2'], listed('sbl')],
    ['works', 'found', ['127.0.0.3'], listed('css')],
    ['works', 'found', ['127.0.0.4'], listed('xbl')],
    ['works', 'found', ['127.0.0.7'], listed('xbl')],
    ['works', 'found', ['127.0.0.9'], listed('drop')],
    ['works', 'found', ['127.0.0.10'], listed('pbl')],
    ['works', 'found', ['127.0.0.11'], listed('pbl')],
    ['works', 'found', ['127.0.0.2', '127.0.0.9', '127.0.0.4', '127.0.0.5'], listed('sbl', 'drop', 'xbl')],
    ['works', 'found', ['127.0.0.8'], listed('other')],
    ['works', 'found', ['127.0.1.2'], listed('other')],
    ['works', 'found', ['127.0.0.1'], listed('other')],
    ['works', 'found', ['127.255.255.252'], unknown('refused')],
    ['works', 'found', ['127.255.255.254'], unknown('refused')],
    ['works', 'found', ['127.255.255.255'], unknown('refused')],
    ['works', 'found', ['127.0.0.2', '127.255.255.254'], unknown('refused')],
    ['works', 'found', ['198.51.100.80'], unknown('not_an_answer')],
    ['works', 'found', ['127.0.0.2', '198.51.100.80'], unknown('not_an_answer')],
    ['works', 'found', [], unknown('not_an_answer')],
    ['works', 'found', ['constructor'], unknown('not_an_answer')],
    ['works', 'temporary_error', [], unknown('temporary_error')],
    ['works', 'temporary_error', ['127.0.0.2'], unknown('temporary_error')],
    ['temporary_error', 'found', ['127.0.0.2'], unknown('temporary_error')],
    ['lists_everything', 'found', ['127.0.0.2'], unknown('lists_everything')],
    ['lists_nothing', 'none', [], unknown('lists_nothing')],
  ])('%s, %s %j: %j', (state, outcome, codes, expected) => {
    expect(interpretListing(state, { outcome, codes })).toEqual(expected);
  });

  test('a list of its own has its own meanings', () => {
    const meanings = { '127.0.0.2': 'pbl' } as const;
    expect(interpretListing('works', { outcome: 'found', codes: ['127.0.0.2'] }, meanings)).toEqual(
      listed('pbl'),
    );
    expect(interpretListing('works', { outcome: 'found', codes: ['127.0.0.10'] }, meanings)).toEqual(
      listed('other'),
    );
  });
});

function facts(...zones: [ZoneState, ...[EvidenceOutcome, string[]][]][]): DnsblFacts {
  return {
    zones: zones.map(([state, ...answers], number) => ({
      zone: `zone${number}.example`,
      state,
      answers: answers.map(([outcome, codes], place) => ({
        address: `198.51.100.${place}`,
        outcome,
        codes,
        text: null,
      })),
    })),
    sampledFrom: null,
  };
}

describe('all answers together', () => {
  test.each<[string, DnsblFacts, string, string]>([
    ['nobody was asked', facts(), 'unknown', 'unknown'],
    ['nothing is listed', facts(['works', ['none', []], ['none', []]]), 'clean', 'clean'],
    ['one is on XBL', facts(['works', ['none', []], ['found', ['127.0.0.4']]]), 'listed', 'clean'],
    ['one is on PBL', facts(['works', ['found', ['127.0.0.11']]]), 'clean', 'listed'],
    ['both', facts(['works', ['found', ['127.0.0.2', '127.0.0.10']]]), 'listed', 'listed'],
    [
      'one list is silent',
      facts(['works', ['none', []]], ['works', ['temporary_error', []]]),
      'unknown',
      'unknown',
    ],
    [
      'listed, another silent',
      facts(['works', ['found', ['127.0.0.2']]], ['lists_nothing', ['none', []]]),
      'listed',
      'unknown',
    ],
    ['a wildcard', facts(['lists_everything', ['found', ['127.0.0.2']]]), 'unknown', 'unknown'],
    ['a refusal', facts(['works', ['found', ['127.255.255.254']]]), 'unknown', 'unknown'],
    ['a code without a meaning', facts(['works', ['found', ['127.0.0.30']]]), 'unknown', 'unknown'],
  ])('%s', (_what, given, reputation, policy) => {
    expect(summariseListings(given)).toMatchObject({ reputation, policy });
  });

  test('names each listing and each silence', () => {
    const given = facts(['works', ['found', ['127.0.0.4', '127.0.0.10']]], ['temporary_error', ['none', []]]);
    const summary = summariseListings(given);
    expect(summary.listings.map(({ zone, address, meaning }) => `${zone} ${address} ${meaning}`)).toEqual([
      'zone0.example 198.51.100.0 xbl',
      'zone0.example 198.51.100.0 pbl',
    ]);
    expect(summary.unknowns).toEqual([
      { zone: 'zone1.example', address: '198.51.100.0', reason: 'temporary_error' },
    ]);
  });
});
