import { describe, expect, test } from 'vitest';
import { type AutomaticCase, automaticBlock } from './automatic-approval.ts';
import { addDays } from './days.ts';
import { type EntryFacts, requirements } from './evaluation.ts';
import { defaultPolicy, type Policy } from './policy.ts';
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

const policy: Policy = { ...defaultPolicy, automaticApproval: true };
const sound: TestEvidence = {
  ptr: ptrFacts('mail.acme.example'),
  dnsbl: dnsblFacts([]),
  rdap: rdapFacts({ holders: ['Acme Devices'] }),
};

/** The proof is of `factsNow`. */
const settled = addDays(factsNow, 1);

/** Every verdict is a pass, but one of those who were asked broke off after it had told enough. */
const answered = evidenceOf(sound);
const partly = {
  ...answered,
  progress: answered.progress.map((run) => ({ ...run, outcome: 'temporary_error' as const })),
};

function block(facts: Partial<EntryFacts> = {}, more: Partial<AutomaticCase> = {}, evidence: object = {}) {
  const all = { ...soundFacts, evidence: evidenceOf({ ...sound, ...evidence }), ...facts };
  const evaluations = evaluateRequirements(all, more.policy ?? policy, factsNow);
  return automaticBlock({
    facts: all,
    evaluations,
    policy,
    takeover: false,
    personInvolved: false,
    now: settled,
    ...more,
  });
}

test('what meets everything with proof may be approved', () => {
  expect(block()).toBeNull();
  expect(block({ endedUnderSuspicion: true })).toBe('abuse_history');
});

test('a proof by sending is waited for, as its message may take it back; one of another kind is not', () => {
  const after = (minutes: number) => ({ now: new Date(factsNow.getTime() + minutes * 60_000) });
  expect(block({}, after(9))).toBe('proof_settling');
  expect(block({}, after(10))).toBeNull();
  const proofs = soundFacts.proofs.map((proof) => ({ ...proof, method: 'http' as const }));
  expect(block({ proofs }, after(0))).toBeNull();
});

test('never where the policy does not say so: it is off by default', () => {
  expect(defaultPolicy.automaticApproval).toBe(false);
  expect(block({}, { policy: defaultPolicy })).toBe('switched_off');
});

describe('never', () => {
  const old = addDays(factsNow, -3000);
  test.each<[string, Partial<EntryFacts>, Partial<AutomaticCase>, object, string]>([
    ['wider than a /30', { network: { text: '45.90.1.0/29', family: 4, prefix: 29 } }, {}, {}, 'too_wide'],
    ['wider than a /64', { network: { text: '2a01::/63', family: 6, prefix: 63 } }, {}, {}, 'too_wide'],
    [
      'a takeover', //
      {},
      { takeover: true },
      {},
      'takeover',
    ],
    ['abuse, by anybody', { abuseRemovals: [{ at: old, ownAccount: false }] }, {}, {}, 'abuse_history'],
    ['abuse of its own', { abuseRemovals: [{ at: old, ownAccount: true }] }, {}, {}, 'abuse_history'],
    ['an appeal', { appeals: true }, {}, {}, 'abuse_history'],
    ['a claim of others', { foreignOverlaps: 1 }, {}, {}, 'other_claim'],
    ['sightings of others', { sightings: { ownDays: 40, otherOrganisations: 1 } }, {}, {}, 'other_claim'],
    ['what somebody has begun', {}, { personInvolved: true }, {}, 'person_involved'],
    ['without proof', { proofs: [] }, {}, {}, 'not_met:control'],
    ['without an owner', { responsibility: null }, {}, {}, 'not_met:responsibility'],
    ['without any list', {}, {}, { dnsbl: undefined }, 'not_met:reputation'],
    ['a silent list', {}, {}, { dnsbl: 'failed' }, 'not_met:not_residential'],
    ['a registry still asked', {}, {}, { rdap: 'pending' }, 'not_met:not_residential'],
    ['a registry that failed', {}, {}, { rdap: 'failed' }, 'not_met:not_residential'],
    ['a database that failed', { evidence: partly }, {}, {}, 'evidence_incomplete'],
    ['a holder called alike, and no more', {}, {}, { ptr: 'none' }, 'rests_on_likeness'],
    [
      'a /64 of which one address has an own name',
      { network: { text: '2a01::/64', family: 6, prefix: 64 } },
      {},
      { ptr: { ...ptrFacts('mail.acme.example'), sampledFrom: '18446744073709551615' } },
      'rests_on_sample',
    ],
    ['a listing', {}, {}, { dnsbl: dnsblFacts(['127.0.0.4']) }, 'not_met:reputation'],
    ['nobody asked', { evidence: evidenceOf({}) }, {}, {}, 'not_met:static'],
  ])('%s', (_what, facts, more, evidence, expected) => {
    expect(block(facts, more, evidence)).toBe(expected);
  });

  test('a policy that wants a second person for less goes before', () => {
    const strict = { ...policy, secondPersonWiderThanV4: 32 };
    const network = { text: '45.90.1.6/31', family: 4, prefix: 31 } as const;
    expect(block({ network }, { policy: strict })).toBe('too_wide');
    const lax = { ...policy, secondPersonWiderThanV4: 24 };
    expect(block({ network: { ...network, prefix: 29 } }, { policy: lax })).toBe('too_wide');
  });

  test.each(requirements)('where %s is unknown, or not evaluated at all', (requirement) => {
    const all = { ...soundFacts, evidence: evidenceOf(sound) };
    const evaluations = evaluateRequirements(all, policy, factsNow);
    const base = { facts: all, policy, takeover: false, personInvolved: false, now: settled };
    const unknown = evaluations.map((one) =>
      one.requirement === requirement ? { ...one, verdict: 'unknown' as const } : one,
    );
    expect(automaticBlock({ ...base, evaluations: unknown })).toBe(`not_met:${requirement}`);
    const without = evaluations.filter((one) => one.requirement !== requirement);
    expect(automaticBlock({ ...base, evaluations: without })).toBe(`not_met:${requirement}`);
  });
});
