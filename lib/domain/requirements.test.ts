import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays } from './days.ts';
import { type EntryFacts, requirements } from './evaluation.ts';
import { defaultPolicy, termsVersion } from './policy.ts';
import { reasonCodes } from './reason-codes.ts';
import { recommend } from './recommendation.ts';
import { approvalBlocks, certainFailure, evaluateRequirements, forCustomer } from './requirements.ts';
import {
  dnsblFacts,
  evidenceOf,
  intelligenceFacts,
  factsNow as now,
  ptrFacts,
  rdapFacts,
  soundFacts,
  type TestEvidence,
} from './testing-facts.ts';

const evaluate = (more: Partial<EntryFacts> = {}) =>
  evaluateRequirements({ ...soundFacts, ...more }, defaultPolicy, now);
const subscription = (more: object) => ({
  subscription: { ...(soundFacts.subscription as NonNullable<EntryFacts['subscription']>), ...more },
});
const proof = (more: object = {}) => ({ ...(soundFacts.proofs[0] as EntryFacts['proofs'][number]), ...more });
const daysAgo = (days: number) => addDays(now, -days);

describe('what is certain', () => {
  test.each<[requirement: string, what: string, more: Partial<EntryFacts>, expected: string]>([
    ['paid_subscription', 'paid', {}, 'pass plan_entitled'],
    ['paid_subscription', 'none', { subscription: null }, 'fail nothing_paid'],
    ['paid_subscription', 'a free plan', subscription({ entitled: false }), 'fail plan_not_entitled'],
    ['paid_subscription', 'lapsed', subscription({ status: 'lapsed' }), 'fail nothing_paid'],
    ['paid_subscription', 'cancelled', subscription({ status: 'cancelled' }), 'fail nothing_paid'],
    [
      'paid_subscription',
      'in its grace',
      subscription({ status: 'past_due', paidUntil: daysAgo(13) }),
      'pass plan_entitled',
    ],
    ['paid_subscription', 'past its grace', subscription({ paidUntil: daysAgo(14) }), 'fail nothing_paid'],
    [
      'paid_subscription',
      'late for as long as its grace, and nobody says until when it was paid',
      subscription({ status: 'past_due', pastDueSince: daysAgo(14) }),
      'fail nothing_paid',
    ],
    [
      'paid_subscription',
      'late for less than its grace',
      subscription({ status: 'past_due', pastDueSince: daysAgo(13) }),
      'pass plan_entitled',
    ],
    ['paid_subscription', 'all places taken', { otherEntries: 10 }, 'fail too_many_entries'],
    [
      'valid_network',
      'as wide as the plan allows',
      { network: { text: '45.90.1.0/29', family: 4, prefix: 29 } },
      'pass canonical',
    ],
    [
      'valid_network',
      'too wide',
      { network: { text: '45.90.1.0/28', family: 4, prefix: 28 } },
      'fail too_wide',
    ],
    [
      'valid_network',
      'too wide in IPv6',
      { network: { text: '2a02:908::/63', family: 6, prefix: 63 } },
      'fail too_wide',
    ],
    ['valid_network', 'an own live entry', { ownOverlap: '45.90.1.0/30' }, 'fail own_overlap'],
    ['public_address', 'public', {}, 'pass global'],
    [
      'public_address',
      'private',
      { specialPurpose: { name: 'Private-Use', source: 'RFC 1918' } },
      'fail special_purpose',
    ],
    [
      'public_address',
      'blocked by staff',
      { blockedPrefix: { network: '45.90.0.0/16', reason: 'x' } },
      'fail blocked_prefix',
    ],
    ['control', 'proven', {}, 'pass proven_by_sending'],
    ['control', 'proven by signing in', { proofs: [proof({ method: 'sign_in' })] }, 'pass proven_by_sign_in'],
    ['control', 'proven over HTTP', { proofs: [proof({ method: 'http' })] }, 'pass proven_by_http'],
    ['control', 'proven by DNS', { proofs: [proof({ method: 'dns' })] }, 'pass proven_by_dns'],
    ['control', 'not proven', { proofs: [] }, 'fail not_proven'],
    ['control', 'withdrawn', { proofs: [proof({ withdrawnAt: now })] }, 'fail proof_withdrawn'],
    ['control', 'one of two', { usableAddresses: 2 }, 'fail more_addresses_needed'],
    [
      'control',
      'both of two',
      { usableAddresses: 2, proofs: [proof(), proof({ address: '45.90.1.6' })] },
      'pass proven_by_sending',
    ],
    [
      'control',
      'one of two, twice',
      { usableAddresses: 2, proofs: [proof(), proof()] },
      'fail more_addresses_needed',
    ],
    [
      'control',
      'a /64 by any address',
      { usableAddresses: 2, network: { text: '2a02:908::/64', family: 6, prefix: 64 } },
      'pass proven_by_sending',
    ],
    ['control', 'long ago', { proofs: [proof({ seenAt: daysAgo(30) })] }, 'fail proof_too_old'],
    [
      'control',
      'long ago, and mail since',
      { proofs: [proof({ seenAt: daysAgo(90) })], lastTraffic: daysAgo(29) },
      'pass proven_by_traffic',
    ],
    [
      'control',
      'long ago, and mail long ago',
      { proofs: [proof({ seenAt: daysAgo(90) })], lastTraffic: daysAgo(30) },
      'fail proof_too_old',
    ],
    ['control', 'mail alone', { proofs: [], lastTraffic: now }, 'fail not_proven'],
    [
      'control',
      'mail, and a proof that was taken back',
      { proofs: [proof({ withdrawnAt: now })], lastTraffic: now },
      'fail proof_withdrawn',
    ],
    [
      'control',
      'mail, and one address of two',
      { usableAddresses: 2, proofs: [proof({ seenAt: daysAgo(90) })], lastTraffic: now },
      'fail proof_too_old',
    ],
    ['responsibility', 'accepted', {}, 'pass accepted'],
    ['responsibility', 'by nobody', { responsibility: null }, 'fail needs_owner'],
    [
      'responsibility',
      'of older terms',
      { responsibility: { acceptedAt: now, termsVersion: '2020-01' } },
      'unknown older_terms',
    ],
    ['no_abuse_history', 'none', {}, 'pass clean'],
    [
      'no_abuse_history',
      'own, lately',
      { abuseRemovals: [{ at: daysAgo(89), ownAccount: true }] },
      'fail cool_down',
    ],
    [
      'no_abuse_history',
      'own, long ago',
      { abuseRemovals: [{ at: daysAgo(90), ownAccount: true }] },
      'fail removed_before',
    ],
    [
      'no_abuse_history',
      'of others',
      { abuseRemovals: [{ at: daysAgo(1), ownAccount: false }] },
      'fail removed_before',
    ],
    [
      'no_abuse_history',
      'given up while it was suspended',
      { endedUnderSuspicion: true },
      'unknown ended_under_suspicion',
    ],
  ])('%s: %s', (requirement, _what, more, expected) => {
    const found = evaluate(more).find((one) => one.requirement === requirement);
    expect(`${found?.verdict} ${found?.reason}`).toBe(expected);
  });

  test.each([true, false])('a removal before says whether it was of the account: %s', (ownAccount) => {
    const [found] = evaluate({ abuseRemovals: [{ at: daysAgo(90), ownAccount }] }).filter(
      ({ requirement }) => requirement === 'no_abuse_history',
    );
    expect(found).toMatchObject({ reason: 'removed_before', facts: { ofAccount: ownAccount } });
  });

  test('what was given up while it was suspended is for support to weigh, and told to no account', () => {
    const evaluations = evaluate({ endedUnderSuspicion: true });
    const found = evaluations.filter((one) => one.requirement === 'no_abuse_history');
    const others = evaluations.filter((one) => one.requirement !== 'no_abuse_history');
    const met = others.map((one) => ({ ...one, verdict: 'pass' as const }));
    expect(recommend([...met, ...found])).toMatchObject({ kind: 'ask', unknown: ['no_abuse_history'] });
    expect(found.map(forCustomer)).toMatchObject([{ verdict: 'pass', reason: 'clean' }]);
  });

  test('a certain fail refuses at once, but not one that comes later or that an owner cures', () => {
    expect(certainFailure(evaluate({ specialPurpose: { name: 'x', source: 'y' } }))?.reason).toBe(
      'special_purpose',
    );
    expect(
      certainFailure(evaluate({ sharedEgress: { operator: 'Google', kind: 'mail_cloud' } }))?.reason,
    ).toBe('shared_egress');
    expect(
      certainFailure(evaluate({ evidence: evidenceOf({ dnsbl: dnsblFacts(['127.0.0.2']) }) }))?.reason,
    ).toBe('listed');
    for (const more of [
      { proofs: [] },
      { responsibility: null },
      { evidence: evidenceOf({ ptr: ptrFacts('45-90-1-7.dyn.example.net') }) },
      { sightings: { ownDays: 0, otherOrganisations: 3 } },
    ]) {
      expect(certainFailure(evaluate(more))).toBeNull();
    }
  });

  test('what no reviewer may pass over, and what they may by naming it', () => {
    const evaluations = evaluate({
      subscription: null,
      proofs: [],
      evidence: evidenceOf({ dnsbl: dnsblFacts(['127.0.0.2']) }),
    });
    const blocks = (names: string[]) =>
      approvalBlocks(evaluations, names).map(({ evaluation }) => evaluation.requirement);
    expect(blocks([])).toEqual(['paid_subscription', 'control', 'reputation']);
    expect(blocks(['control', 'reputation', 'paid_subscription'])).toEqual(['paid_subscription']);
  });
});

const names = [
  'mail.acme.example',
  '!mail.acme.example',
  '?mail.acme.example',
  'mail.globex.example',
  '45-90-1-7.dyn.example.net',
  '45-90-1-7.static.example.net',
  'mail-ed1-f41.google.com',
  '<script>',
];
const codes = ['127.0.0.2', '127.0.0.10', '127.0.0.77', '127.255.255.254', '192.0.2.1'];
const fault = fc.constantFrom('failed' as const, 'pending' as const, 'none' as const);
const evidence = fc.record(
  {
    ptr: fc.oneof(
      fault,
      fc.subarray(names).map((list) => ptrFacts(...list)),
    ),
    dnsbl: fc.oneof(
      fault,
      fc
        .tuple(
          fc.subarray(codes),
          fc.constantFrom(
            'works' as const,
            'lists_everything' as const,
            'lists_nothing' as const,
            'temporary_error' as const,
          ),
        )
        .map(([list, state]) => dnsblFacts(list, { state })),
    ),
    rdap: fc.oneof(
      fault,
      fc.constantFrom(rdapFacts(), rdapFacts({ holders: ['Acme Devices'] }), rdapFacts({ name: 'DSL-POOL' })),
    ),
    ip_insights: fc.oneof(
      fault,
      fc
        .record({
          staticIpScore: fc.constantFrom(null, 0, 10, 50),
          userCount: fc.constantFrom(null, 1, 5000),
          userType: fc.constantFrom(null, 'residential', 'business', 'hosting'),
          anonymity: fc.subarray(['tor_exit_node', 'hosting_provider']),
        })
        .map(intelligenceFacts),
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<TestEvidence>;

const anyFacts = fc
  .record({
    evidence: evidence.map((said) => evidenceOf(said)),
    foreignOverlaps: fc.nat(2),
    ownDays: fc.constantFrom(0, 30),
    otherOrganisations: fc.nat(2),
    removals: fc.array(fc.record({ days: fc.nat(400), ownAccount: fc.boolean() }), { maxLength: 3 }),
    proven: fc.boolean(),
    attestedStatic: fc.boolean(),
    attestedDedicated: fc.boolean(),
    egress: fc.boolean(),
    leaseEnd: fc.constantFrom(null, daysAgo(1)),
  })
  .map(
    (given): EntryFacts => ({
      ...soundFacts,
      ...given,
      sightings: { ownDays: given.ownDays, otherOrganisations: given.otherOrganisations },
      abuseRemovals: given.removals.map(({ days, ownAccount }) => ({ at: daysAgo(days), ownAccount })),
      proofs: given.proven ? soundFacts.proofs : [],
      sharedEgress: given.egress ? { operator: 'Google', kind: 'mail_cloud' } : null,
      responsibility: { acceptedAt: now, termsVersion },
    }),
  );

test('no organisation learns anything about another: the account reads what it would read if it were alone', {
  timeout: 180_000,
}, () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const alone: EntryFacts = {
        ...facts,
        foreignOverlaps: 0,
        sightings: { ...facts.sightings, otherOrganisations: 0 },
        abuseRemovals: facts.abuseRemovals.filter((removal) => removal.ownAccount),
      };
      const read = (from: EntryFacts) => evaluateRequirements(from, defaultPolicy, now).map(forCustomer);
      expect(read(facts)).toEqual(read(alone));
      expect(certainFailure(evaluateRequirements(facts, defaultPolicy, now))).toEqual(
        certainFailure(evaluateRequirements(alone, defaultPolicy, now)),
      );
    }),
    { numRuns: 500 },
  );
});

test('every reason is a known one, with the verdict that belongs to it', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      for (const { requirement, reason, verdict } of evaluateRequirements(facts, defaultPolicy, now)) {
        const known: Readonly<Record<string, string>> = reasonCodes[requirement];
        expect(known[reason], `${requirement} ${reason}`).toBe(verdict);
      }
    }),
    { numRuns: 500 },
  );
});

test('a source that fails passes nothing that did not pass before, and refuses nothing', () => {
  fc.assert(
    fc.property(
      anyFacts,
      evidence,
      fc.subarray(['ptr', 'dnsbl', 'rdap', 'ip_insights'] as const, { minLength: 1 }),
      (facts, said, failing) => {
        const asked = failing.filter((source) => said[source] !== undefined);
        const without = {
          ...said,
          ...Object.fromEntries(asked.map((source) => [source, 'failed' as const])),
        };
        const before = evaluateRequirements({ ...facts, evidence: evidenceOf(said) }, defaultPolicy, now);
        const after = evaluateRequirements({ ...facts, evidence: evidenceOf(without) }, defaultPolicy, now);
        after.forEach((one, index) => {
          if (one.verdict === 'pass') expect(before[index]?.verdict, one.requirement).toBe('pass');
          if (one.certain) expect(before[index]?.reason, one.requirement).toBe(one.reason);
        });
      },
    ),
    { numRuns: 1000 },
  );
});

test('where every lookup failed, all that rests on them is unknown', () => {
  const failed = { ptr: 'failed', dnsbl: 'failed', rdap: 'failed', ip_insights: 'failed' } as const;
  const evident = evaluate({ evidence: evidenceOf(failed) }).filter((one) => one.verdict !== 'pass');
  expect(evident.map((one) => `${one.requirement} ${one.verdict} ${one.reason}`)).toEqual(
    ['static', 'not_residential', 'dedicated', 'not_shared', 'reputation'].map(
      (requirement) => `${requirement} unknown lookup_failed`,
    ),
  );
});

test('one evaluation for each requirement, in the order of the list', () => {
  expect(evaluate().map((one) => one.requirement)).toEqual([...requirements]);
});

test.each([
  [false, 3],
  [true, 2],
])('of the places of a plan an entry takes one until it is over: over %s', (ended, used) => {
  const [paid] = evaluate({ otherEntries: 2, ended });
  expect(paid?.facts.used).toBe(used);
});
