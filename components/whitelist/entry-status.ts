import type { EntryState } from '../../lib/domain/entry-lifecycle.ts';
import type { StatusKey } from '../../lib/web/messages/status.ts';
import type { Tone } from '../ui/tone.ts';
import type { StatusIcon } from './status-icons.tsx';

export type EntryStanding = {
  status: EntryState;
  /** Why an active entry is or is not in force: the reason that its server's standing gives. */
  reason: string;
  endCause: string | null;
  suspensionCauses: readonly string[];
  provenAt: number | null;
  reviewRequestedAt: number | null;
  reviewBy: number | null;
  /** After this moment it is no longer in force. */
  expiresAt: number | null;
  /** Nothing has come from it for so long that it is told. */
  silent?: boolean;
  /** A node refuses it since a restore, until staff confirm it. */
  heldBack?: boolean;
};

const renewSoonMs = 30 * 86_400_000;

const outOfForce: readonly StatusKey[] = [
  'subscription_lapsed',
  'subscription_cancelled',
  'plan_not_entitled',
  'server_paused',
  'server_suspended',
  'server_cancelled',
  'account_suspended',
  'account_cancelled',
];

function activeKey(entry: EntryStanding, now: number): StatusKey {
  if (entry.reason !== 'in_force') {
    return outOfForce.find((key) => key === entry.reason) ?? 'subscription_lapsed';
  }
  if (entry.expiresAt !== null && entry.expiresAt <= now) {
    return entry.reviewBy !== null && entry.reviewBy <= now ? 'renewal_overdue' : 'subscription_lapsed';
  }
  if (entry.heldBack === true) return 'held_back';
  if (entry.reviewBy !== null && entry.reviewBy - now < renewSoonMs) return 'renew_soon';
  return entry.silent === true ? 'silent' : 'in_force';
}

/** Several causes may hold it; the gravest names it. */
function suspendedKey(causes: readonly string[]): StatusKey {
  if (causes.includes('abuse')) return 'suspended_for_abuse';
  if (causes.includes('staff')) return 'suspended';
  if (causes.includes('drift')) return 'suspended_for_drift';
  return 'paused_by_owner';
}

/** The one word that an entry is seen by, from what is stored and what its server allows. */
export function statusKey(entry: EntryStanding, now: number): StatusKey {
  switch (entry.status) {
    case 'pending':
      return entry.provenAt === null && entry.reviewRequestedAt === null ? 'waiting_for_proof' : 'checking';
    case 'waiting':
      return 'question';
    case 'active':
      return activeKey(entry, now);
    case 'suspended':
      return suspendedKey(entry.suspensionCauses);
    case 'removed':
      if (entry.endCause === 'takeover') return 'removed_after_takeover';
      return entry.endCause === 'abuse' ? 'removed_for_abuse' : 'removed';
    default:
      return entry.status;
  }
}

const looks = {
  waiting_for_proof: ['due', 'waiting'],
  checking: ['due', 'in-review'],
  in_review: ['eye', 'in-review'],
  question: ['due', 'waiting'],
  in_force: ['open', 'in-force'],
  renew_soon: ['due', 'waiting'],
  silent: ['open', 'waiting'],
  held_back: ['closed', 'out'],
  renewal_overdue: ['closed', 'waiting'],
  subscription_lapsed: ['closed', 'waiting'],
  subscription_cancelled: ['closed', 'out'],
  plan_not_entitled: ['closed', 'waiting'],
  server_paused: ['closed', 'waiting'],
  server_suspended: ['closed', 'out'],
  server_cancelled: ['closed', 'out'],
  account_suspended: ['closed', 'out'],
  account_cancelled: ['closed', 'out'],
  paused_by_owner: ['closed', 'waiting'],
  suspended: ['closed', 'out'],
  suspended_for_abuse: ['closed', 'out'],
  suspended_for_drift: ['closed', 'waiting'],
  rejected: ['closed', 'out'],
  withdrawn: ['closed', 'neutral'],
  removed: ['closed', 'neutral'],
  removed_for_abuse: ['closed', 'out'],
  removed_after_takeover: ['closed', 'out'],
  expired: ['closed', 'neutral'],
} as const satisfies Record<StatusKey, readonly [StatusIcon, Tone]>;

export function statusLook(key: StatusKey): { icon: StatusIcon; tone: Tone } {
  const [icon, tone] = looks[key];
  return { icon, tone };
}

/** In force on the nodes, as far as this entry and its server are concerned. */
const undecided: readonly StatusKey[] = ['waiting_for_proof', 'checking', 'in_review', 'question'];

/** A request, of which nodes know so that they take its proof. */
export function isUndecided(key: StatusKey): boolean {
  return undecided.includes(key);
}

export function isInForce(key: StatusKey): boolean {
  return key === 'in_force' || key === 'renew_soon' || key === 'silent';
}
