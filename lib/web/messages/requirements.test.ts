import { describe, expect, test } from 'vitest';
import { requirements as names, type Requirement, type Verdict } from '../../domain/evaluation.ts';
import { reasonCodes } from '../../domain/reason-codes.ts';
import { requirementSentence, requirements } from './requirements.ts';

const cases = names.flatMap((requirement) =>
  Object.entries(reasonCodes[requirement]).map(
    ([reason, verdict]) => [requirement, reason, verdict] as [Requirement, string, Verdict],
  ),
);

/** What facts may hold, at its fullest. */
const facts = {
  ...{
    plan: 'Paid',
    used: 1,
    most: 2,
    widest: 29,
    network: '45.90.1.0/28',
    overlaps: '45.90.1.0',
    input: 'x',
  },
  ...{
    block: 'Private-Use',
    until: '2026-11-20T00:00:00.000Z',
    days: 30,
    seen: 1,
    needed: 2,
    version: '2026-11',
  },
  ...{
    address: '45.90.1.7',
    ehlo: 'scanner',
    tls: null,
    name: 'h.example',
    because: ['dynamic_word:dyn'],
    score: 3,
  },
  ...{
    operator: 'Google',
    kind: 'mail_cloud',
    holder: 'Acme',
    list: 'SBL',
    zone: 'zen.example',
    zones: ['zen.example'],
  },
  ...{
    sources: ['ptr', 'rdap'],
    since: '2026-11-20T00:00:00.000Z',
    users: 9,
    type: 'residential',
    text: 'DSL-POOL',
  },
};

describe.each(cases)('%s %s', (requirement, reason, verdict) => {
  const say = (values: Record<string, string | number | null | string[]>) =>
    requirementSentence({ requirement, verdict, reason, facts: values });

  test('has words of its own, also where a value is missing', () => {
    expect(Object.keys(requirements[requirement].reasons)).toContain(reason);
    for (const { saw, value, next } of [say(facts), say({})]) {
      expect(saw).toMatch(/^[A-Z].*[.:a-z]$/);
      expect(`${saw} ${value ?? ''} ${next ?? ''}`).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });

  test('a fail says what to do next', () => {
    const staffAlone = ['others_signed_in', 'strange_senders'].includes(reason);
    if (verdict === 'fail' && !staffAlone) expect(say(facts).next).toMatch(/^[A-Z].*\.$/);
  });
});

test('unknown is said as unknown: nothing of it reads like a yes or a no', () => {
  // A collision is for staff alone, who read it as it is.
  const said = cases.filter((one) => one[2] === 'unknown' && one[1] !== 'overlaps_other');
  for (const [requirement, reason, verdict] of said) {
    const { saw } = requirementSentence({ requirement, verdict, reason, facts });
    expect(saw, `${requirement} ${reason}`).toMatch(
      /not known|support looks|asking|no lookup|neither|both ways|terms|support/i,
    );
  }
});

test.each([
  [
    'cool_down',
    { until: '2027-02-28T00:00:00.000Z' },
    /^An address of this account was removed for abuse lately/,
  ],
  ['removed_before', { ofAccount: true }, /^An address of this account was removed/],
  ['removed_before', { ofAccount: false }, /^This address was removed/],
])('%s with %j is said of what was removed, not of what is asked for', (reason, values, expected) => {
  const { saw } = requirementSentence({
    requirement: 'no_abuse_history',
    verdict: 'fail',
    reason,
    facts: values,
  });
  expect(saw).toMatch(expected);
});

test('why a name is judged as it is', () => {
  const { saw, value } = requirementSentence({
    requirement: 'static',
    verdict: 'fail',
    reason: 'pool_name',
    facts: { name: '45-90-1-7.dyn.example.net', because: ['dynamic_word:dyn', 'address_in_name:45-90-1-7'] },
  });
  expect(saw).toBe(
    'The name of this address says it is dynamic (it contains “dyn”, it contains the address):',
  );
  expect(value).toBe('45-90-1-7.dyn.example.net');
});
