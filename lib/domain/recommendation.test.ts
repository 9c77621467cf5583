import { expect, test } from 'vitest';
import { type Evaluation, type Requirement, requirements } from './evaluation.ts';
import { recommend } from './recommendation.ts';

const evaluations = (changes: Partial<Record<Requirement, Partial<Evaluation>>>): Evaluation[] =>
  requirements.map((requirement) => ({
    requirement,
    verdict: 'pass',
    reason: 'x',
    certain: false,
    facts: {},
    source: '',
    at: null,
    ...changes[requirement],
  }));

test.each([
  ['everything met', {}, 'approve'],
  ['control not proven', { control: { verdict: 'fail', certain: true } }, 'wait'],
  ['a likely fail', { static: { verdict: 'fail' } }, 'ask'],
  ['a certain fail', { public_address: { verdict: 'fail', certain: true } }, 'reject'],
  [
    'a certain fail without proof',
    { public_address: { verdict: 'fail', certain: true }, control: { verdict: 'fail' } },
    'reject',
  ],
  ['unknown is never a pass', { not_residential: { verdict: 'unknown' } }, 'ask'],
  [
    'only an owner is missing',
    { responsibility: { verdict: 'fail', certain: true, reason: 'needs_owner' } },
    'ask',
  ],
] as const)('%s', (_what, changes, kind) => {
  expect(recommend(evaluations(changes)).kind).toBe(kind);
});
