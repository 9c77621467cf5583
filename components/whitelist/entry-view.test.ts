import { expect, test } from 'vitest';
import { type StoredEntry, statusView } from './entry-view.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const clock = { now, timeZone: 'UTC' };
const nodes = [{ name: 'fra-1', revision: 7, heldBack: [] }];

function inForce({
  reviewBy = null,
  sandboxUntil = null,
}: {
  reviewBy?: string | null;
  sandboxUntil?: string | null;
}) {
  const at = new Date(now - 1000);
  const stored: StoredEntry = {
    entry: {
      ...{ id: '1', network: '45.80.3.17/32', label: null, purpose: 'Copiers', site: null, contact: null },
      ...{
        provider: null,
        tenure: null,
        leaseEnd: null,
        rarelySends: false,
        status: 'active',
        endCause: null,
      },
      ...{
        suspensionCauses: [],
        provenAt: at,
        reviewRequestedAt: null,
        checksCompletedAt: at,
        endedAt: null,
      },
      ...{ activatedAt: at, createdAt: at, revision: 7, widerScope: null, inheritedAt: null },
      responsibilityAcceptedAt: at,
      reviewBy: reviewBy === null ? null : new Date(reviewBy),
    },
    standing: {
      reason: 'in_force',
      expiresAt: null,
      scope: {
        ...{
          sender_domains: ['acme.example'],
          recipient_domains: null,
          tls: 'offered',
          messages_per_hour: 100,
        },
        ...{ recipients_per_message: 100, message_bytes: 1000 },
        mode: sandboxUntil === null ? 'enforce' : 'sandbox',
        sandbox_until: sandboxUntil,
      },
    },
    server: { slug: 'acme-production' },
    account: { name: 'Acme', slug: 'acme' },
  };
  return statusView(stored, nodes, clock);
}

test('an address in the sandbox says that nothing of its mail arrives, until the sandbox is over', () => {
  expect(inForce({}).detail).toBe('1 of 1 nodes');
  expect(inForce({ sandboxUntil: '2026-11-24T11:00:00Z' })).toEqual({
    key: 'in_force',
    detail: 'sandbox, nothing is delivered',
  });
  expect(inForce({ sandboxUntil: '2026-11-23T11:00:00Z' }).detail).toBe('1 of 1 nodes');
});

test('the days until a renewal are those of the calendar', () => {
  expect(inForce({ reviewBy: '2026-11-24T09:00:00Z' })).toMatchObject({ key: 'renew_soon', daysLeft: 1 });
  expect(inForce({ reviewBy: '2026-11-23T13:00:00Z' })).toMatchObject({ daysLeft: 0 });
});
