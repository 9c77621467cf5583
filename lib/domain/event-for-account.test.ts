import { expect, test } from 'vitest';
import { contentForAccount, staffKinds } from './event-for-account.ts';

test('an account reads the reason and the override, and nothing that rests on another organisation', () => {
  expect(
    contentForAccount({
      reason: 'Known customer.',
      override: ['control', 'not_shared'],
      approvals: 2,
      required: 2,
      policy: 3,
      evidence: [
        { requirement: 'control', verdict: 'fail', code: 'not_proven' },
        { requirement: 'not_shared', verdict: 'fail', code: 'others_signed_in', staffOnly: true },
      ],
    }),
  ).toEqual({ reason: 'Known customer.', override: ['control'] });
});

test('what has no evidence stays as it is, without the name of a node', () => {
  expect(contentForAccount({ method: 'sending', address: '45.90.1.1', node: 'fra-1' })).toEqual({
    method: 'sending',
    address: '45.90.1.1',
  });
});

test.each([
  ['throttled', true],
  ['removed', true],
  ['appealed', true],
  ['approval_recorded', false],
  ['reported_by_staff', false],
  ['ladder_observed', false],
  ['ladder_held', false],
])('an account reads of %s: %s', (kind, reads) => {
  expect(!staffKinds.includes(kind)).toBe(reads);
});
