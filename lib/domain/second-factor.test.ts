import { expect, test } from 'vitest';
import { isSatisfied, type SecondFactorStanding, secondFactorStanding } from './second-factor.ts';

const at = new Date('2026-05-01T10:00:00Z');
const owner = { staffRole: null, demo: false, enrolled: false, passedAt: null };
const support = { ...owner, staffRole: 'support' as const };

const cases: [
  what: string,
  facts: Parameters<typeof secondFactorStanding>[0],
  standing: SecondFactorStanding,
][] = [
  ['an owner without one', owner, 'not_needed'],
  ['an owner with one, new session', { ...owner, enrolled: true }, 'needed'],
  ['an owner with one, passed', { ...owner, enrolled: true, passedAt: at }, 'passed'],
  ['new staff', support, 'to_enrol'],
  ['staff, new session', { ...support, enrolled: true }, 'needed'],
  ['staff, passed', { ...support, enrolled: true, passedAt: at }, 'passed'],
  // Whoever resets it takes it from the open sessions as well.
  ['staff whose second factor was reset', { ...support, passedAt: at }, 'to_enrol'],
  ['demo staff', { ...support, demo: true }, 'not_needed'],
  ['demo staff who has one', { ...support, demo: true, enrolled: true }, 'needed'],
  ['an admin', { ...support, staffRole: 'admin' }, 'to_enrol'],
];

test.each(cases)('%s', (_, facts, standing) => {
  expect(secondFactorStanding(facts)).toBe(standing);
  expect(isSatisfied(standing)).toBe(standing === 'not_needed' || standing === 'passed');
});
