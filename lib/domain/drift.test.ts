import { expect, test } from 'vitest';
import { driftOf, holderDrift, toldOfHolder } from './drift.ts';
import type { EntryFacts } from './evaluation.ts';
import { defaultPolicy } from './policy.ts';
import { evaluateRequirements } from './requirements.ts';
import {
  dnsblFacts,
  evidenceOf,
  factsNow,
  ptrFacts,
  rdapFacts,
  soundFacts,
  type TestEvidence,
} from './testing-facts.ts';

const evaluate = (said: TestEvidence, more: Partial<EntryFacts> = {}) =>
  evaluateRequirements({ ...soundFacts, evidence: evidenceOf(said), ...more }, defaultPolicy, factsNow);

const own = { ptr: ptrFacts('mail.acme.example'), rdap: rdapFacts(), dnsbl: dnsblFacts([]) };
const nameless = { ...own, ptr: 'none' } as const;
const pool = { ...own, ptr: ptrFacts('45-90-1-7.dyn.example.net') };

test.each<[string, TestEvidence, TestEvidence, string[], Partial<EntryFacts>?]>([
  ['nothing changed', own, own, []],
  ['the name is gone', own, nameless, ['static:not_conclusive', 'dedicated:not_conclusive']],
  [
    'the name is a pool now',
    own,
    pool,
    ['static:pool_name', 'not_residential:pool_name', 'dedicated:not_conclusive'],
  ],
  ['it was a pool when it was approved', pool, pool, []],
  ['name servers do not answer', own, { ...own, ptr: 'failed', rdap: 'failed' }, []],
  ['nobody was asked yet', own, {}, []],
  ['it got better', nameless, own, []],
  [
    'on the policy list now',
    nameless,
    { ...nameless, dnsbl: dnsblFacts(['127.0.0.10']) },
    ['static:policy_list', 'not_residential:policy_list'],
  ],
  ["listed as a source of spam: that is the ladder's", own, { ...own, dnsbl: dnsblFacts(['127.0.0.2']) }, []],
  [
    'a mail cloud now',
    own,
    { ...own, ptr: ptrFacts('mail-ed1-f41.google.com') },
    ['static:not_conclusive', 'dedicated:hosting_name', 'not_shared:shared_egress'],
  ],
])('%s', (_what, before, now, codes, more) => {
  expect(driftOf(evaluate(before), evaluate(now, more)).map((drift) => drift.code)).toEqual(codes);
});

test('another organisation that signs in is drift for staff alone', () => {
  const drifts = driftOf(evaluate(own), evaluate(own, { sightings: { ownDays: 0, otherOrganisations: 1 } }));
  expect(drifts.length).toBeGreaterThan(0);
  expect(drifts.every((drift) => drift.staffOnly)).toBe(true);
});

test('where nobody ever decided, only what speaks against the address counts', () => {
  expect(driftOf([], evaluate(nameless))).toEqual([]);
  expect(driftOf([], evaluate(pool)).map((drift) => drift.code)).toEqual(['static:pool_name']);
});

test('the registered holder, however it is spelt', () => {
  const holder = (...holders: string[]) => rdapFacts({ holders });
  expect(holderDrift(holder('Acme Devices B.V.'), holder('DEVICES ACME, B.V.'))).toBeNull();
  expect(holderDrift(holder('Acme'), holder('Globex'))).toMatchObject({ from: 'acme', to: 'globex' });
  expect(holderDrift(null, holder('Globex'))).toBeNull();
  expect(holderDrift(holder('Acme'), null)).toBeNull();
});

test('a registry that another one answers for is no new holder while that one is away', () => {
  const national = rdapFacts({
    server: 'rdap.nir.example',
    networks: ['45.90.1.0/28'],
    holders: ['Acme KK'],
  });
  const regional = rdapFacts({ server: 'rdap.rir.example', networks: ['45.90.0.0/16'], holders: ['NIR'] });
  expect(toldOfHolder(national, regional)).toBeNull();
  expect(toldOfHolder(regional, national)).toBe(national);
  expect(toldOfHolder(null, regional)).toBe(regional);
  // The same server without the assignment: it was given back.
  const givenBack = { ...regional, server: national.server };
  expect(toldOfHolder(national, givenBack)).toBe(givenBack);
  const moved = { ...regional, networks: national.networks };
  expect(toldOfHolder(national, moved)).toBe(moved);
});

test('name servers that fail take away nothing that they spoke for, and hide nothing that they tell', () => {
  const listed = { ...own, dnsbl: dnsblFacts(['127.0.0.10']) };
  const now = (...names: string[]) => evaluate({ ...listed, ptr: ptrFacts(...names) });
  const codes = (...names: string[]) =>
    driftOf(evaluate(listed), now(...names), true).map((drift) => drift.code);
  expect(codes('?mail.acme.example')).toEqual([]);
  expect(codes('?mail.acme.example', '45-90-1-7.dyn.example.net')).toContain('static:pool_name');
  const others = { sightings: { ownDays: 0, otherOrganisations: 1 } };
  const seen = evaluate({ ...listed, ptr: ptrFacts('?mail.acme.example') }, others);
  expect(driftOf(evaluate(listed), seen, true).map((drift) => drift.code)).toContain(
    'dedicated:others_signed_in',
  );
});
