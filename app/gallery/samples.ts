import type { EntryRowView } from '../../components/whitelist/entry-table.tsx';
import { type LifeFacts, lifeLine } from '../../components/whitelist/life-steps.ts';
import { type RequirementView, requirementView } from '../../components/whitelist/requirement-view.ts';
import type { TimelineItem } from '../../components/whitelist/timeline.tsx';
import { trafficView } from '../../components/whitelist/traffic-view.ts';
import type { FactValue, Requirement, Verdict } from '../../lib/domain/evaluation.ts';

// Sample values for the gallery alone.

export const now = Date.parse('2026-11-23T12:00:00Z');
export const clock = { now, timeZone: 'UTC' };
const minute = 60_000;
const day = 86_400_000;

export const rows: EntryRowView[] = [
  {
    id: '1',
    href: '/gallery/entry',
    network: '45.80.3.17',
    name: 'Head office, Canon copiers',
    status: { key: 'in_force', detail: '3 of 3 nodes' },
    lastMessageAt: now - 2 * minute,
    week: [8, 10, 22, 20, 26, 14, 6, 8, 24, 22, 28, 18, 21],
    reviewBy: Date.parse('2027-03-14'),
    ended: false,
  },
  {
    id: '2',
    href: '/gallery/entry',
    network: '45.80.3.24/30',
    name: 'Warehouse label printers',
    status: { key: 'in_force', detail: '3 of 3 nodes' },
    lastMessageAt: now - 18 * minute,
    week: [20, 21, 20, 22, 19, 20, 21, 22, 21, 22, 20, 21, 22],
    reviewBy: Date.parse('2027-02-02'),
    ended: false,
  },
  {
    id: '3',
    href: '/gallery/pending',
    network: '45.80.12.9',
    name: 'Elm Street scanner',
    status: { key: 'waiting_for_proof', detail: 'asked 40 min ago' },
    lastMessageAt: null,
    week: null,
    reviewBy: null,
    ended: false,
  },
  {
    id: '4',
    href: '/gallery/pending',
    network: '2a01:7c8:aab0:1f::/64',
    name: 'Data centre, ERP',
    status: { key: 'in_review' },
    lastMessageAt: null,
    week: null,
    reviewBy: null,
    ended: false,
  },
  {
    id: '5',
    href: '/gallery/entry',
    network: '45.81.90.2',
    name: 'Old fax gateway',
    status: { key: 'renew_soon', daysLeft: 12 },
    lastMessageAt: now - 21 * day,
    week: [0, 0, 0, 0, 0, 0, 0],
    reviewBy: Date.parse('2026-12-05'),
    ended: false,
  },
  {
    id: '6',
    href: '/gallery/entry',
    network: '45.83.7.130',
    name: 'Guest Wi-Fi printer',
    status: { key: 'removed_for_abuse', detail: '12 Nov, 14 complaints' },
    lastMessageAt: Date.parse('2026-10-12'),
    week: [3, 4, 6, 9, 40, 41, 3, 3, 3, 3, 3, 3],
    reviewBy: null,
    ended: true,
  },
];

export const activeFacts: LifeFacts = {
  status: 'active',
  statusKey: 'in_force',
  requestedAt: Date.parse('2026-03-14T14:49:00Z'),
  requestedBy: 'J. Reyes',
  met: 11,
  total: 11,
  checksCompletedAt: Date.parse('2026-03-14T14:55:00Z'),
  proof: { method: 'sending', at: Date.parse('2026-03-14T14:52:00Z') },
  reviewRequestedAt: null,
  activatedAt: Date.parse('2026-03-14T15:41:00Z'),
  endedAt: null,
  awaitsOwner: false,
  overdue: false,
};

export const activeLife = lifeLine(activeFacts, clock);
export const pendingLife = lifeLine(
  {
    ...activeFacts,
    status: 'pending',
    statusKey: 'waiting_for_proof',
    requestedAt: now - 40 * minute,
    proof: null,
    checksCompletedAt: null,
    activatedAt: null,
    met: 5,
  },
  clock,
);
export const reviewLife = lifeLine(
  {
    ...activeFacts,
    status: 'in_review',
    statusKey: 'in_review',
    requestedAt: now - 72 * minute,
    activatedAt: null,
  },
  clock,
);
export const rejectedLife = lifeLine(
  {
    ...activeFacts,
    status: 'rejected',
    statusKey: 'rejected',
    requestedAt: now - 2 * day,
    activatedAt: null,
    endedAt: now - day,
    met: 8,
  },
  clock,
);

function evaluation(
  requirement: Requirement,
  verdict: Verdict,
  reason: string,
  facts: Record<string, FactValue> = {},
  source = '',
  at: number | null = null,
): RequirementView {
  return requirementView({
    requirement,
    verdict,
    reason,
    facts,
    source,
    at: at === null ? null : new Date(at),
  });
}

export const reviewRequirements: RequirementView[] = [
  evaluation(
    'paid_subscription',
    'pass',
    'plan_entitled',
    { plan: 'Business', used: 4, most: 20 },
    'account',
  ),
  evaluation('valid_network', 'pass', 'canonical', {}, ''),
  evaluation('public_address', 'pass', 'global', {}, 'IANA registries'),
  {
    ...evaluation('static', 'fail', 'ptr_dynamic', {}, 'PTR', now - 60 * minute),
    sentence: {
      saw: 'The name contains the address and the word “dyn”:',
      value: '66-201-84-45.dyn.metro.example',
      next: 'Ask your provider for a static one, or send with a password.',
    },
  },
  {
    ...evaluation('not_residential', 'unknown', '', {}, 'RDAP', now - 60 * minute),
    sentence: {
      saw: 'Policy list did not answer. Holder “Metro Cable, customer pool”, type ASSIGNED PA.',
    },
  },
  evaluation('dedicated', 'unknown', 'attested_only', {}, ''),
  evaluation('not_shared', 'pass', '', {}, 'our nodes'),
  evaluation(
    'control',
    'pass',
    'proven_by_sending',
    { ehlo: 'door-7', tls: null, address: '45.84.201.66' },
    'our nodes',
    now - 60 * minute,
  ),
  evaluation('responsibility', 'pass', 'accepted', { version: '2026-11' }, 'account', now - 72 * minute),
  evaluation('no_abuse_history', 'pass', 'clean', {}, 'whitelist history'),
  evaluation('reputation', 'unknown', 'not_checked', {}, ''),
];

export const pendingRequirements: RequirementView[] = [
  ...reviewRequirements.filter((row) => !['control', 'static'].includes(row.requirement)),
  evaluation('static', 'unknown', 'attested_only'),
  evaluation('control', 'fail', 'not_proven', {}, 'our nodes'),
];

export const happened: TimelineItem[] = [
  { id: '1', at: now - 166 * minute, sentence: { text: 'Checked again: name, holder and lists unchanged.' } },
  {
    id: '2',
    at: Date.parse('2026-11-17T11:20:00Z'),
    sentence: { text: 'Six messages refused: the sender is out of scope.', value: 'scanner@localhost' },
  },
  {
    id: '3',
    at: Date.parse('2026-03-14T15:41:00Z'),
    sentence: { text: 'In force on 3 of 3 nodes after 18 ms.' },
  },
  {
    id: '4',
    at: Date.parse('2026-03-14T15:41:00Z'),
    sentence: { text: 'Approved by support.', quote: 'Static business line, proven, holder is Acme.' },
  },
];

const weekDays = [
  '2026-03-13',
  '2026-03-14',
  '2026-03-15',
  '2026-03-16',
  '2026-03-17',
  '2026-03-18',
  '2026-03-19',
];
export const week = trafficView(
  weekDays.map((day, index) => ({
    day,
    accepted: [210, 244, 228, 274, 256, 40, 32][index] ?? 0,
    deferred: index === 2 ? 12 : 0,
    refused: (index === 3 ? { sender_out_of_scope: 6 } : {}) as Record<string, number>,
    nextHopRefused: 0,
    unknownRecipients: 0,
  })),
  7,
  Date.parse('2026-03-19T12:00:00Z'),
  { file: '#', page: '#' },
);
