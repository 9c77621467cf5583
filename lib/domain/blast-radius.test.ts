import { expect, test } from 'vitest';
import { blastRadius } from './blast-radius.ts';
import { spamhausMeanings } from './dnsbl.ts';
import type { GatheredEvidence } from './evidence.ts';
import { type Network, parseNetwork } from './network.ts';

const at = new Date('2026-11-20T12:00:00Z');

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.network;
}

const name = (text: string, valid = true) => ({ name: text, valid, confirmed: 'yes' as const });

const evidence: Pick<GatheredEvidence, 'ptr' | 'dnsbl'> = {
  ptr: {
    source: 'ptr',
    outcome: 'found',
    at,
    facts: {
      sampledFrom: null,
      addresses: [
        { address: '45.1.1.1', outcome: 'found', names: [name('gw.acme.example')] },
        { address: '45.1.1.2', outcome: 'found', names: [name('\\255', false), name('mail.acme.example')] },
        { address: '45.1.1.3', outcome: 'none', names: [] },
        { address: '45.1.1.4', outcome: 'temporary_error', names: [] },
      ],
    },
  },
  dnsbl: {
    source: 'dnsbl',
    outcome: 'found',
    at,
    facts: {
      sampledFrom: null,
      zones: [
        {
          zone: 'zen.example',
          state: 'works',
          answers: [
            { address: '45.1.1.1', outcome: 'none', codes: [], text: null },
            { address: '45.1.1.2', outcome: 'found', codes: ['127.0.0.3'], text: null },
            { address: '45.1.1.4', outcome: 'temporary_error', codes: [], text: null },
          ],
        },
      ],
    },
  },
};

test('a range is told by its addresses: named, listed, and those of which nothing is known', () => {
  expect(blastRadius(network('45.1.1.0/29'), evidence, spamhausMeanings)).toEqual({
    addresses: 8n,
    hosts: 6n,
    asked: 4,
    named: [
      { address: '45.1.1.1', name: 'gw.acme.example' },
      { address: '45.1.1.2', name: 'mail.acme.example' },
    ],
    listed: [{ address: '45.1.1.2', zone: 'zen.example', meaning: 'css' }],
    unknown: 1,
  });
});

test('nothing has answered yet', () => {
  expect(blastRadius(network('2a00:1::/64'), { ptr: null, dnsbl: null }, spamhausMeanings)).toMatchObject({
    addresses: 2n ** 64n,
    asked: null,
    named: [],
    listed: [],
    unknown: 0,
  });
});

test('a single address has none', () => {
  expect(blastRadius(network('45.1.1.1'), evidence, spamhausMeanings)).toBeNull();
});
