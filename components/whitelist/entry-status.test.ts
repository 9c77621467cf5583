import { expect, test } from 'vitest';
import { type EntryStanding, isInForce, isUndecided, statusKey } from './entry-status.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const day = 86_400_000;
const entry: EntryStanding = {
  status: 'active',
  reason: 'in_force',
  endCause: null,
  suspensionCauses: [],
  provenAt: now - day,
  reviewRequestedAt: null,
  reviewBy: now + 200 * day,
  expiresAt: now + 200 * day,
};

const cases: [string, Partial<EntryStanding>, string, boolean][] = [
  ['asked, not proven', { status: 'pending', provenAt: null }, 'waiting_for_proof', false],
  ['proven, still being looked up', { status: 'pending' }, 'checking', false],
  [
    'review asked for without proof',
    { status: 'pending', provenAt: null, reviewRequestedAt: now },
    'checking',
    false,
  ],
  ['in review', { status: 'in_review', reason: 'in_review' }, 'in_review', false],
  ['a question is open', { status: 'waiting', reason: 'waiting' }, 'question', false],
  ['in force', {}, 'in_force', true],
  ['due within 30 days', { reviewBy: now + 12 * day, expiresAt: now + 12 * day }, 'renew_soon', true],
  ['in force and silent for long', { silent: true }, 'silent', true],
  [
    'silent and due for renewal',
    { silent: true, reviewBy: now + 12 * day, expiresAt: now + 12 * day },
    'renew_soon',
    true,
  ],
  [
    'refused by a node since a restore',
    { heldBack: true, reviewBy: now + 12 * day, expiresAt: now + 12 * day },
    'held_back',
    false,
  ],
  [
    'refused by a node since a restore, and lapsed',
    { heldBack: true, expiresAt: now - 1 },
    'subscription_lapsed',
    false,
  ],
  ['review date passed', { reviewBy: now - day, expiresAt: now - day }, 'renewal_overdue', false],
  ['paid end passed', { expiresAt: now - 1 }, 'subscription_lapsed', false],
  ['lapsed', { reason: 'subscription_lapsed' }, 'subscription_lapsed', false],
  ['paused server', { reason: 'server_paused' }, 'server_paused', false],
  ['suspended account', { reason: 'account_suspended' }, 'account_suspended', false],
  ['a reason we do not know is not in force', { reason: 'something_new' }, 'subscription_lapsed', false],
  ['paused by its owner', { status: 'suspended', suspensionCauses: ['owner'] }, 'paused_by_owner', false],
  [
    'suspended for two causes',
    { status: 'suspended', suspensionCauses: ['owner', 'abuse'] },
    'suspended_for_abuse',
    false,
  ],
  ['suspended by staff', { status: 'suspended', suspensionCauses: ['staff', 'owner'] }, 'suspended', false],
  ['removed', { status: 'removed', endCause: 'owner' }, 'removed', false],
  ['removed for abuse', { status: 'removed', endCause: 'abuse' }, 'removed_for_abuse', false],
  ['lost to another holder', { status: 'removed', endCause: 'takeover' }, 'removed_after_takeover', false],
  ['rejected', { status: 'rejected' }, 'rejected', false],
  ['withdrawn', { status: 'withdrawn' }, 'withdrawn', false],
  ['expired', { status: 'expired' }, 'expired', false],
];

test.each(cases)('%s', (_name, changes, key, inForce) => {
  const found = statusKey({ ...entry, ...changes }, now);
  expect(found).toBe(key);
  expect(isInForce(found)).toBe(inForce);
  const { status } = { ...entry, ...changes };
  expect(isUndecided(found)).toBe(['pending', 'in_review', 'waiting'].includes(status));
});
