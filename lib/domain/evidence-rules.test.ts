import { describe, expect, test } from 'vitest';
import type { EntryFacts, Requirement, Verdict } from './evaluation.ts';
import { defaultPolicy } from './policy.ts';
import { evaluateRequirements } from './requirements.ts';
import {
  dnsblFacts,
  evidenceOf,
  factsNow,
  intelligenceFacts,
  ptrAddress,
  ptrFacts,
  rdapFacts,
  soundFacts,
  type TestEvidence,
} from './testing-facts.ts';

type Case = [what: string, said: TestEvidence, expected: `${Verdict} ${string}`, more?: Partial<EntryFacts>];

function evaluate(requirement: Requirement, said: TestEvidence, more: Partial<EntryFacts> = {}) {
  const facts = { ...soundFacts, evidence: evidenceOf(said), ...more };
  const found = evaluateRequirements(facts, defaultPolicy, factsNow).find(
    (one) => one.requirement === requirement,
  );
  if (found === undefined) throw new Error(requirement);
  return found;
}

function table(requirement: Requirement, certain: boolean, cases: Case[]): void {
  test.each(cases)(`${requirement}: %s`, (_what, said, expected, more) => {
    const found = evaluate(requirement, said, more);
    expect(`${found.verdict} ${found.reason}`).toBe(expected);
    expect(found.certain).toBe(certain);
  });
}

const pool = '45-90-1-7.dyn.example.net';
const silence = { ptr: 'none', rdap: rdapFacts() } as const;
const clean = { ...silence, dnsbl: dnsblFacts([]) } as const;
const steady = { sightings: { ownDays: 25, otherOrganisations: 0 } };
const others = { sightings: { ownDays: 25, otherOrganisations: 1 } };
const registered = rdapFacts({ holders: ['ACME DEVICES BV'] });
const strangers = { strangeSenders: ['one.example', 'two.example', 'three.example'] };

describe('static', () => {
  table('static', false, [
    ['nobody was asked', {}, 'unknown not_checked'],
    ['everybody is being asked', { ptr: 'pending', rdap: 'pending' }, 'unknown asking'],
    ['nobody answered', { ptr: 'failed', rdap: 'failed', dnsbl: 'failed' }, 'unknown lookup_failed'],
    ['no name, a registered range', silence, 'unknown not_conclusive'],
    ['a pool name', { ...silence, ptr: ptrFacts(pool) }, 'fail pool_name'],
    ['a pool name that does not lead back', { ...silence, ptr: ptrFacts(`!${pool}`) }, 'fail pool_name'],
    [
      'a pool name and a listing that agrees',
      { ...clean, ptr: ptrFacts(pool), dnsbl: dnsblFacts(['127.0.0.10']) },
      'fail pool_name',
    ],
    ['a static name', { ...clean, ptr: ptrFacts('45-90-1-7.static.example.net') }, 'pass static_name'],
    [
      'a static name, one list silent',
      { ...silence, ptr: ptrFacts('45-90-1-7.static.example.net'), dnsbl: 'failed' },
      'unknown lookup_failed',
    ],
    [
      'a static name, the registry silent',
      { ptr: ptrFacts('45-90-1-7.static.example.net'), rdap: 'failed' },
      'unknown lookup_failed',
    ],
    [
      'a static name on the policy list',
      { ...silence, ptr: ptrFacts('45-90-1-7.static.example.net'), dnsbl: dnsblFacts(['127.0.0.10']) },
      'unknown signs_disagree',
    ],
    ['an own name', { ...clean, ptr: ptrFacts('mail.acme.example') }, 'pass own_name'],
    [
      'a pool of its own',
      { ...clean, ptr: ptrFacts('45-90-1-7.dyn.acme.example') },
      'unknown signs_disagree',
    ],
    [
      'an own name on the policy list',
      { ...silence, ptr: ptrFacts('mail.acme.example'), dnsbl: dnsblFacts(['127.0.0.11']) },
      'pass own_name',
    ],
    [
      'an own name, every other lookup failed',
      { ptr: ptrFacts('mail.acme.example'), rdap: 'failed', dnsbl: 'failed' },
      'pass own_name',
    ],
    [
      'an own name that does not lead back',
      { ...clean, ptr: ptrFacts('!mail.acme.example') },
      'unknown not_conclusive',
    ],
    [
      'an own name beside a pool name',
      { ...clean, ptr: ptrFacts('mail.acme.example', pool) },
      'unknown signs_disagree',
    ],
    ['text that is no name', { ...clean, ptr: ptrFacts('<script>.acme.example') }, 'unknown not_conclusive'],
    ['the policy list', { ...silence, dnsbl: dnsblFacts(['127.0.0.10']) }, 'fail policy_list'],
    [
      'the policy list, of a list that lists everything',
      { ...silence, dnsbl: dnsblFacts(['127.0.0.10'], { state: 'lists_everything' }) },
      'unknown lookup_failed',
    ],
    [
      'a list that refuses us',
      { ...silence, dnsbl: dnsblFacts(['127.255.255.254']) },
      'unknown lookup_failed',
    ],
    ['registered to the account', { ...clean, rdap: registered }, 'pass assigned_to_you'],
    [
      'registered to the account, with a pool name',
      { ...clean, rdap: registered, ptr: ptrFacts(pool) },
      'unknown signs_disagree',
    ],
    [
      'a low score',
      { ...clean, ip_insights: intelligenceFacts({ staticIpScore: 0.5 }) },
      'fail low_static_score',
    ],
    [
      'a high score',
      { ...clean, ip_insights: intelligenceFacts({ staticIpScore: 40 }) },
      'pass high_static_score',
    ],
    [
      'a score between',
      { ...clean, ip_insights: intelligenceFacts({ staticIpScore: 9 }) },
      'unknown not_conclusive',
    ],
    ['the lease has ended', clean, 'fail lease_ended', { leaseEnd: new Date('2026-11-19') }],
    [
      'the lease has ended, with an own name',
      { ...clean, ptr: ptrFacts('mail.acme.example') },
      'unknown signs_disagree',
      { leaseEnd: new Date('2026-11-19') },
    ],
    ['the lease ends later', clean, 'unknown not_conclusive', { leaseEnd: new Date('2027-11-19') }],
    ['seen for many days', { ptr: 'failed', rdap: 'failed' }, 'pass seen_steadily', steady],
    ['seen for many days, with a pool name', { ...clean, ptr: ptrFacts(pool) }, 'pass seen_steadily', steady],
    [
      'seen for some days',
      clean,
      'unknown not_conclusive',
      { sightings: { ownDays: 3, otherOrganisations: 0 } },
    ],
    ['seen with another organisation', clean, 'fail others_signed_in', others],
    [
      'a name of one address of several is a pool',
      {
        ...clean,
        ptr: {
          addresses: [ptrAddress('45.90.1.6', ['mail.acme.example']), ptrAddress('45.90.1.7', [pool])],
          sampledFrom: null,
        },
      },
      'unknown signs_disagree',
    ],
  ]);
  table('static', true, [
    [
      'not declared',
      { ...clean, ptr: ptrFacts('mail.acme.example') },
      'fail not_attested',
      { attestedStatic: false },
    ],
  ]);
});

describe('not residential', () => {
  table('not_residential', false, [
    ['nobody was asked', {}, 'unknown not_checked'],
    ['a list is being asked', { ...silence, dnsbl: 'pending' }, 'unknown asking'],
    ['nobody answered', { ptr: 'failed', rdap: 'failed' }, 'unknown lookup_failed'],
    ['no list is configured', silence, 'unknown not_conclusive'],
    ['everybody was asked, nobody objects', clean, 'pass no_sign'],
    [
      'everybody was asked, one list silent',
      { ...silence, dnsbl: dnsblFacts([], { state: 'temporary_error' }) },
      'unknown lookup_failed',
    ],
    [
      'a list that says nothing of policy',
      { ...silence, dnsbl: dnsblFacts([], { zone: 'sbl.spamhaus.org' }) },
      'unknown not_conclusive',
    ],
    ['the policy list', { ...silence, dnsbl: dnsblFacts(['127.0.0.10']) }, 'fail policy_list'],
    [
      'the policy list, though the name is a company line',
      { ...silence, ptr: ptrFacts('45-90-1-7.business.example.net'), dnsbl: dnsblFacts(['127.0.0.11']) },
      'unknown signs_disagree',
    ],
    [
      'an access pool by its registered name',
      { ...clean, rdap: rdapFacts({ name: 'EXAMPLE-DSL-POOL-4' }) },
      'fail access_network',
    ],
    [
      'an access pool by its remark',
      { ...clean, rdap: rdapFacts({ remarks: ['Dynamic IP Pools for residential customers'] }) },
      'fail access_network',
    ],
    ...(['DTAG-DIAL20', 'EXAMPLE-DYNAMIC-AND-STATIC-POOL', 'FR-PROXAD-FTTH', 'IP2000-ADSL-BAS'].map(
      (name) => [
        `an access pool that is registered as ${name}`,
        { ...clean, rdap: rdapFacts({ name }) },
        'fail access_network',
      ],
    ) as Case[]),
    ...([
      'STATIC-IP-POOL',
      'BUSINESS-ADSL-4',
      'EXAMPLE-FTTH-STATIC',
      'Static IP pool for corporate ADSL customers',
    ].map((name) => [
      `lines of companies that are registered as ${name}`,
      { ...clean, ptr: ptrFacts('scanner.example.org'), rdap: rdapFacts({ name }) },
      'pass no_sign',
    ]) as Case[]),
    [
      'a council that is called Poole',
      { ...clean, rdap: rdapFacts({ name: 'POOLE-COUNCIL' }) },
      'pass no_sign',
    ],
    [
      'homes, by their users',
      { ...clean, ip_insights: intelligenceFacts({ userType: 'residential' }) },
      'fail home_users',
    ],
    [
      'mobile, by the connection',
      { ...clean, ip_database: intelligenceFacts({ connectionType: 'Cellular' }) },
      'fail home_users',
    ],
    [
      'companies, by their users',
      { ...clean, ip_insights: intelligenceFacts({ userType: 'business' }) },
      'pass company_users',
    ],
    [
      'the service goes before the database',
      {
        ...clean,
        ip_insights: intelligenceFacts({ userType: 'business' }),
        ip_database: intelligenceFacts({ userType: 'residential' }),
      },
      'pass company_users',
    ],
    ['a pool name', { ...clean, ptr: ptrFacts(pool) }, 'unknown pool_name'],
    [
      'a company line by its name',
      { ...clean, ptr: ptrFacts('45-90-1-7.business.example.net') },
      'pass company_name',
    ],
    ['an own name', { ...clean, ptr: ptrFacts('mail.acme.example') }, 'pass own_name'],
    ['registered to the account', { ...clean, rdap: registered }, 'pass assigned_to_you'],
  ]);
});

describe('dedicated', () => {
  table('dedicated', false, [
    ['mail of three domains of somebody else', clean, 'fail strange_senders', strangers],
    [
      'the same, in a range that is registered to the account',
      { ...clean, rdap: registered },
      'unknown signs_disagree',
      strangers,
    ],
    ['the same, after weeks of signing in', clean, 'fail strange_senders', { ...steady, ...strangers }],
    [
      'two of them are a slip',
      { ...clean, rdap: registered },
      'pass assigned_to_you',
      { strangeSenders: ['one.example', 'two.example'] },
    ],
    ['nobody was asked', {}, 'unknown not_checked'],
    ['the registry is being asked', { ptr: 'none', rdap: 'pending' }, 'unknown asking'],
    ['nobody answered', { ptr: 'failed', rdap: 'failed' }, 'unknown lookup_failed'],
    ['a provider range without names', silence, 'unknown not_conclusive'],
    ['an own name', { ...silence, ptr: ptrFacts('mail.acme.example') }, 'pass own_name'],
    ['registered to the account', { ...silence, rdap: registered }, 'pass assigned_to_you'],
    [
      'registered to the account, the names unknown',
      { ptr: 'failed', rdap: registered },
      'unknown lookup_failed',
    ],
    ['the name of somebody else', { ...silence, ptr: ptrFacts('mail.globex.example') }, 'fail names_another'],
    [
      'the name of somebody else, that does not lead back',
      { ...silence, ptr: ptrFacts('!mail.globex.example') },
      'unknown not_conclusive',
    ],
    [
      'an own name and one of somebody else',
      { ...silence, ptr: ptrFacts('mail.acme.example', 'mail.globex.example') },
      'unknown signs_disagree',
    ],
    [
      'a rented machine',
      { ...silence, ptr: ptrFacts('195-154-37-122.rev.poneytelecom.eu') },
      'fail hosting_name',
    ],
    [
      'a hosting range',
      { ...silence, ip_database: intelligenceFacts({ anonymity: ['hosting_provider'] }) },
      'fail hosting_range',
    ],
    ['many users', { ...silence, ip_insights: intelligenceFacts({ userCount: 4000 }) }, 'fail many_users'],
    [
      'some users',
      { ...silence, ip_insights: intelligenceFacts({ userCount: 40 }) },
      'unknown not_conclusive',
    ],
    ['seen for many days', { ptr: 'failed', rdap: 'failed' }, 'pass seen_steadily', steady],
    [
      'seen with another organisation',
      { ...silence, ptr: ptrFacts('mail.acme.example') },
      'unknown signs_disagree',
      others,
    ],
    ['seen with another organisation, no other sign', silence, 'fail others_signed_in', others],
  ]);
  table('dedicated', true, [
    [
      'not declared',
      { ...silence, ptr: ptrFacts('mail.acme.example') },
      'fail not_attested',
      { attestedDedicated: false },
    ],
  ]);
});

describe('not shared', () => {
  table('not_shared', false, [
    ['nobody was asked', {}, 'unknown not_checked'],
    ['the names are being asked', { ptr: 'pending', rdap: rdapFacts() }, 'unknown asking'],
    ['nobody answered', { ptr: 'failed', rdap: 'failed' }, 'unknown lookup_failed'],
    ['no known gateway', silence, 'pass not_known_shared'],
    ['the registry knows no such network', { ptr: 'none', rdap: 'none' }, 'pass not_known_shared'],
    [
      'a mail cloud by a name that does not lead back',
      { ...silence, ptr: ptrFacts('!mail-ed1-f41.google.com') },
      'pass not_known_shared',
    ],
    [
      'its own address translation',
      { ...clean, ptr: ptrFacts('cgnat-4.acme.example') },
      'fail translated_name',
    ],
    [
      'address translation by its name',
      { ...silence, ptr: ptrFacts('45-90-1-7.cgnat.example.net') },
      'fail translated_name',
    ],
    [
      'an anonymiser',
      { ...silence, ip_database: intelligenceFacts({ anonymity: ['tor_exit_node'] }) },
      'fail anonymiser',
    ],
    [
      'a VPN by its autonomous system',
      { ...silence, ip_database: intelligenceFacts({ asn: 216025 }) },
      'fail anonymiser',
    ],
    [
      'a network called an exit of Tor',
      { ...silence, rdap: rdapFacts({ name: 'TOR-EXIT-7' }) },
      'fail sharing_network',
    ],
    [
      'a network for the users of a VPN',
      { ...silence, rdap: rdapFacts({ remarks: ['Exits of a public VPN'] }) },
      'fail sharing_network',
    ],
    [
      'a town, and a company with its own VPN',
      { ...silence, rdap: rdapFacts({ name: 'TORONTO-BAKERS-VPN' }) },
      'pass not_known_shared',
    ],
    [
      'an exit of Tor by a name that does not lead back',
      { ...silence, ptr: ptrFacts('!tor-exit1.example.net') },
      'pass not_known_shared',
    ],
    ['registered to the account', { ...silence, rdap: registered }, 'pass assigned_to_you'],
    ['seen for many days', silence, 'pass seen_steadily', steady],
    [
      'seen for many days, the names unknown',
      { ptr: 'failed', rdap: rdapFacts() },
      'unknown lookup_failed',
      steady,
    ],
    [
      'seen for many days, by its name address translation',
      { ...silence, ptr: ptrFacts('45-90-1-7.cgnat.example.net') },
      'unknown signs_disagree',
      steady,
    ],
    ['another organisation signed in', silence, 'fail others_signed_in', others],
    ['another organisation holds it', silence, 'unknown overlaps_other', { foreignOverlaps: 1 }],
    [
      'another organisation holds it, control not proven',
      silence,
      'pass not_known_shared',
      { foreignOverlaps: 1, proofs: [] },
    ],
  ]);
  table('not_shared', true, [
    [
      'a known network',
      { ptr: 'failed', rdap: 'failed' },
      'fail shared_egress',
      { sharedEgress: { operator: 'Google', kind: 'mail_cloud' } },
    ],
    [
      'a known network goes before who else holds it',
      {},
      'fail shared_egress',
      { sharedEgress: { operator: 'Google', kind: 'mail_cloud' }, foreignOverlaps: 1 },
    ],
    [
      'a mail cloud by a name that leads back',
      { ...silence, ptr: ptrFacts('mail-ed1-f41.google.com') },
      'fail shared_egress',
    ],
    [
      'an exit of Tor by its name',
      { ...silence, ptr: ptrFacts('tor-exit-3.example.net') },
      'fail shared_egress',
    ],
    ['a VPN by its name', { ...silence, ptr: ptrFacts('node-nl-7.protonvpn.net') }, 'fail shared_egress'],
  ]);
});

describe('reputation', () => {
  table('reputation', false, [
    ['nobody was asked', {}, 'unknown not_checked'],
    ['no list is configured', silence, 'unknown not_configured'],
    ['the list is being asked', { dnsbl: 'pending' }, 'unknown asking'],
    ['the list did not answer', { dnsbl: 'failed' }, 'unknown lookup_failed'],
    ['not listed', clean, 'pass not_listed'],
    ['on the policy list alone', { dnsbl: dnsblFacts(['127.0.0.10']) }, 'pass not_listed'],
    [
      'a list that knows of policy alone',
      { dnsbl: dnsblFacts([], { zone: 'pbl.spamhaus.org' }) },
      'unknown not_conclusive',
    ],
    ['a code that nobody documents', { dnsbl: dnsblFacts(['127.0.0.77']) }, 'unknown listed_unclear'],
    ...(['127.255.255.252', '127.255.255.253', '127.255.255.254', '127.255.255.255', '192.0.2.1'].map(
      (code) => [`the answer ${code}`, { dnsbl: dnsblFacts([code]) }, 'unknown lookup_failed'],
    ) as Case[]),
    [
      'a list that lists everything',
      { dnsbl: dnsblFacts(['127.0.0.2'], { state: 'lists_everything' }) },
      'unknown lookup_failed',
    ],
    [
      'a list that lists nothing',
      { dnsbl: dnsblFacts([], { state: 'lists_nothing' }) },
      'unknown lookup_failed',
    ],
    [
      'a list that did not answer for the address',
      {
        dnsbl: dnsblFacts([], {
          answers: [{ address: '45.90.1.7', outcome: 'temporary_error', codes: [], text: null }],
        }),
      },
      'unknown lookup_failed',
    ],
  ]);
  table('reputation', true, [
    ...(['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.7', '127.0.0.9'].map((code) => [
      `the answer ${code}`,
      { dnsbl: dnsblFacts([code]) },
      'fail listed',
    ]) as Case[]),
    [
      'listed, the rest failed',
      { ptr: 'failed', rdap: 'failed', dnsbl: dnsblFacts(['127.0.0.2']) },
      'fail listed',
    ],
  ]);
});

test('what a source said long ago no longer counts, what it said last week does', () => {
  const old = (days: number) => {
    const at = new Date(factsNow.getTime() - days * 86_400_000);
    const evidence = evidenceOf({ ...clean, ptr: ptrFacts('mail.acme.example') }, at);
    return evaluate('static', {}, { evidence });
  };
  expect(old(20)).toMatchObject({ verdict: 'pass', reason: 'own_name' });
  expect(old(22)).toMatchObject({ verdict: 'unknown', reason: 'lookup_failed' });
});

test('an evaluation says which values decided, whose they are and how old', () => {
  const found = evaluate('static', { ...clean, ptr: ptrFacts(pool) });
  expect(found).toMatchObject({
    facts: { name: pool, address: '45.90.1.7' },
    source: 'reverse DNS',
    at: new Date('2026-11-20T11:00:00Z'),
  });
  expect(found.facts.because).toEqual(
    expect.arrayContaining(['dynamic_word:dyn', 'address_in_name:45-90-1-7']),
  );
  const waiting = evaluate('reputation', { dnsbl: 'pending' });
  expect(waiting.facts).toEqual({ sources: ['dnsbl'], since: '2026-11-20T11:00:00.000Z' });
});

test('a list that the policy has dropped counts no longer, one that it names goes on counting', () => {
  const facts = { ...soundFacts, evidence: evidenceOf({ ...silence, dnsbl: dnsblFacts(['127.0.0.2']) }) };
  const reputation = (listZones: readonly string[] | null) =>
    evaluateRequirements(facts, { ...defaultPolicy, listZones }, factsNow).find(
      (one) => one.requirement === 'reputation',
    );
  expect(reputation(null)).toMatchObject({ verdict: 'fail', reason: 'listed' });
  expect(reputation(['zen.example'])).toMatchObject({ verdict: 'fail', reason: 'listed' });
  // Nothing of it is clean either: nobody who counts was asked.
  expect(reputation(['other.example'])).toMatchObject({ verdict: 'unknown' });
});

test('the key that an operator asks a list with is told nobody, and hides no kind of list', () => {
  const key = 'abcdefghijklmnopqrstuvwxy2';
  const saidBy = (zone: string, codes: string[]) => {
    const facts = { ...soundFacts, evidence: evidenceOf({ ...clean, dnsbl: dnsblFacts(codes, { zone }) }) };
    return evaluateRequirements(facts, defaultPolicy, factsNow);
  };
  for (const codes of [[], ['127.0.0.2'], ['127.0.0.10'], ['127.0.0.99']]) {
    const all = saidBy(`${key}.zen.dq.spamhaus.net`, codes);
    expect(JSON.stringify(all)).not.toContain(key);
    expect(JSON.stringify(all)).toContain('zen.dq.spamhaus.net');
  }
  // A policy list knows no spammers, and a list of spammers no pools.
  const verdict = (requirement: Requirement, zone: string) =>
    saidBy(zone, []).find((one) => one.requirement === requirement)?.verdict;
  expect(verdict('reputation', `${key}.pbl.dq.spamhaus.net`)).toBe('unknown');
  expect(verdict('not_residential', `${key}.sbl.dq.spamhaus.net`)).toBe('unknown');
  expect(verdict('not_residential', `${key}.zen.dq.spamhaus.net`)).toBe('pass');
});
