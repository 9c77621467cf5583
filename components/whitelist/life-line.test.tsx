import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { LifeLine } from './life-line.tsx';
import { type LifeFacts, lifeLine } from './life-steps.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const lost: LifeFacts = {
  status: 'removed',
  statusKey: 'removed_after_takeover',
  requestedAt: now - 1000,
  requestedBy: null,
  met: 11,
  total: 11,
  checksCompletedAt: now - 900,
  proof: { method: 'sending', at: now - 900 },
  reviewRequestedAt: null,
  activatedAt: now - 800,
  endedAt: now,
  awaitsOwner: false,
  overdue: false,
};
const shown = (facts: LifeFacts, audience: 'owner' | 'support' = 'owner') =>
  renderToStaticMarkup(<LifeLine view={lifeLine(facts, { now, timeZone: 'UTC' })} audience={audience} />);

test('who lost an address reads what is left to do, and support does not', () => {
  expect(shown(lost)).toContain('If it is yours all the same, write to support');
  expect(shown(lost, 'support')).not.toContain('write to support');
});

test('what goes on well says nothing more', () => {
  const well = { ...lost, status: 'active', statusKey: 'in_force', endedAt: null } as const;
  expect(shown(well)).not.toContain('Mail from this address');
});

test('who has to renew is led to where it is done', () => {
  const due: LifeFacts = {
    ...lost,
    status: 'active',
    statusKey: 'renewal_overdue',
    endedAt: null,
    overdue: true,
  };
  expect(shown(due)).toContain('href="#review-by"');
  expect(shown(due, 'support')).not.toContain('#review-by');
  expect(shown({ ...due, statusKey: 'subscription_lapsed' })).not.toContain('#review-by');
});

test('what was approved at once says no number of minutes', () => {
  expect(shown({ ...lost, status: 'active', statusKey: 'in_force', endedAt: null })).toContain(
    'approved within a minute',
  );
});
