import { expect, test } from 'vitest';
import { type LifeFacts, lifeLine, withoutOwner } from './life-steps.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const clock = { now, timeZone: 'UTC' };
const minute = 60_000;

const asked: LifeFacts = {
  status: 'pending',
  statusKey: 'waiting_for_proof',
  requestedAt: now - 40 * minute,
  requestedBy: 'J. Reyes',
  met: 5,
  total: 11,
  checksCompletedAt: null,
  proof: null,
  reviewRequestedAt: null,
  activatedAt: null,
  endedAt: null,
  awaitsOwner: false,
  overdue: false,
};

const proof = { method: 'sending', at: now - 30 * minute } as const;

const cases: [string, Partial<LifeFacts>, string, string][] = [
  ['just asked: proof is due while evidence is gathered', {}, 'done current current ahead ahead', 'you'],
  ['proven, lookups under way', { proof, statusKey: 'checking' }, 'done current done ahead ahead', 'system'],
  [
    'in review',
    { proof, checksCompletedAt: now, status: 'in_review', statusKey: 'in_review' },
    'done done done current ahead',
    'support',
  ],
  [
    'in review, and no owner has accepted responsibility',
    { proof, checksCompletedAt: now, status: 'in_review', statusKey: 'in_review', awaitsOwner: true },
    'done done done current ahead',
    'owner',
  ],
  [
    'not proven yet, and no owner has accepted responsibility',
    { awaitsOwner: true },
    'done current current ahead ahead',
    'you',
  ],
  [
    'a question',
    { proof, checksCompletedAt: now, status: 'waiting', statusKey: 'question' },
    'done done done current ahead',
    'you',
  ],
  [
    'in force',
    { proof, checksCompletedAt: now, activatedAt: now, status: 'active', statusKey: 'in_force' },
    'done done done done done',
    'nobody',
  ],
  [
    'approved without proof',
    { checksCompletedAt: now, activatedAt: now, status: 'active', statusKey: 'in_force' },
    'done done ahead done done',
    'nobody',
  ],
  [
    'approved, and out of force while the subscription is not paid',
    {
      proof,
      checksCompletedAt: now,
      activatedAt: now,
      status: 'active',
      statusKey: 'subscription_lapsed',
    },
    'done done done done failed',
    'you',
  ],
  [
    'suspended because the evidence has changed, which only support lifts',
    {
      proof,
      checksCompletedAt: now,
      activatedAt: now,
      status: 'suspended',
      statusKey: 'suspended_for_drift',
    },
    'done done done done failed',
    'support',
  ],
  [
    'rejected in review',
    { proof, checksCompletedAt: now, endedAt: now, status: 'rejected', statusKey: 'rejected' },
    'done done done failed ahead',
    'nobody',
  ],
  [
    'withdrawn before the proof',
    { endedAt: now, status: 'withdrawn', statusKey: 'withdrawn' },
    'done ahead failed ahead ahead',
    'nobody',
  ],
  [
    'removed for abuse after it was in force',
    {
      proof,
      checksCompletedAt: now,
      activatedAt: now - minute,
      endedAt: now,
      status: 'removed',
      statusKey: 'removed_for_abuse',
    },
    'done done done done failed',
    'nobody',
  ],
];

test.each(cases)('%s', (_name, changes, states, turn) => {
  const view = lifeLine({ ...asked, ...changes }, clock);
  expect(view.steps.map((step) => step.state).join(' ')).toBe(states);
  expect(view.turn).toBe(turn);
});

test('the steps say when, by whom and how', () => {
  const view = lifeLine(
    {
      ...asked,
      requestedAt: Date.parse('2026-03-14T14:49:00Z'),
      activatedAt: Date.parse('2026-03-14T15:41:00Z'),
      checksCompletedAt: Date.parse('2026-03-14T15:00:00Z'),
      proof,
      met: 11,
      status: 'active',
      statusKey: 'in_force',
    },
    clock,
  );
  expect(view.steps.map((step) => step.detail)).toEqual([
    '14 Mar, by J. Reyes',
    '11 of 11 met',
    'by sending',
    'approved in 52 min',
    'since 14 Mar',
  ]);
});

test('what is paused and overdue is to be renewed too', () => {
  const paused = { ...asked, status: 'suspended', statusKey: 'paused_by_owner', activatedAt: now } as const;
  expect(lifeLine({ ...paused, overdue: true }, clock).next).toContain('then renew it');
  expect(lifeLine(paused, clock).next).not.toContain('renew');
});

test('who may not do what is due does not read that it is their turn', () => {
  const due = { ...asked, status: 'active', statusKey: 'renewal_overdue', activatedAt: now } as const;
  const view = lifeLine(due, clock);
  expect(view).toMatchObject({ turn: 'you', renew: true });
  expect(withoutOwner(view, 'renewal_overdue')).toMatchObject({ turn: 'owner', renew: false });
  expect(withoutOwner(lifeLine(asked, clock), 'waiting_for_proof').turn).toBe('you');
});
