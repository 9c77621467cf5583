import type { EntryState } from '../../lib/domain/entry-lifecycle.ts';
import { endedStates } from '../../lib/domain/entry-lifecycle.ts';
import type { ProofKind } from '../../lib/domain/policy.ts';
import { type StatusKey, status, statusText } from '../../lib/web/messages/status.ts';
import { time } from '../../lib/web/messages/time.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { type Clock, dateText, durationText, relativeText } from '../ui/relative-time.ts';
import { isInForce } from './entry-status.ts';

export type LifeFacts = {
  status: EntryState;
  statusKey: StatusKey;
  requestedAt: number;
  /** The name of who asked, where the viewer may know it. */
  requestedBy: string | null;
  met: number;
  total: number;
  checksCompletedAt: number | null;
  proof: { method: ProofKind; at: number } | null;
  reviewRequestedAt: number | null;
  activatedAt: number | null;
  endedAt: number | null;
  /** A request of a member or of support, for which no owner has accepted responsibility yet. */
  awaitsOwner: boolean;
  /** Its review date has passed. */
  overdue: boolean;
};

export type StepKey = 'requested' | 'evidence' | 'proof' | 'review' | 'inForce';
export type StepState = 'done' | 'current' | 'ahead' | 'failed';
export type LifeStep = { key: StepKey; state: StepState; detail: string };
export type Turn = 'you' | 'owner' | 'support' | 'system' | 'nobody';
export type LifeLineView = { steps: LifeStep[]; next: string; turn: Turn; renew?: boolean };

const words = whitelist.life;
const MINUTE_MS = 60_000;

const turns: Partial<Record<StatusKey, Turn>> = {
  waiting_for_proof: 'you',
  checking: 'system',
  in_review: 'support',
  question: 'you',
  renew_soon: 'you',
  renewal_overdue: 'you',
  subscription_lapsed: 'you',
  plan_not_entitled: 'you',
  server_paused: 'you',
  paused_by_owner: 'you',
  held_back: 'support',
  suspended: 'support',
  suspended_for_abuse: 'support',
  suspended_for_drift: 'support',
  server_suspended: 'support',
  account_suspended: 'support',
};

const order: readonly StepKey[] = ['requested', 'evidence', 'proof', 'review', 'inForce'];

function isEnded(facts: LifeFacts): boolean {
  return (endedStates as readonly EntryState[]).includes(facts.status);
}

/** Where an entry ended, or where it stands closed although it was approved; null while it goes on. */
function closedAt(facts: LifeFacts): StepKey | null {
  if (facts.activatedAt !== null) return isEnded(facts) || !isInForce(facts.statusKey) ? 'inForce' : null;
  if (!isEnded(facts)) return null;
  if (facts.checksCompletedAt !== null) return 'review';
  return facts.proof === null ? 'proof' : 'evidence';
}

/** Whether the step is behind the entry. Evidence is gathered while the proof is awaited, so neither waits for the other. */
function isDone(key: StepKey, facts: LifeFacts): boolean {
  if (key === 'requested') return true;
  if (key === 'proof') return facts.proof !== null;
  if (key === 'evidence') return facts.checksCompletedAt !== null || facts.activatedAt !== null;
  return facts.activatedAt !== null;
}

function isUnderWay(key: StepKey, facts: LifeFacts): boolean {
  if (isEnded(facts)) return false;
  if (key === 'review') return facts.status === 'in_review' || facts.status === 'waiting';
  if (key === 'proof') return facts.status === 'pending' && facts.reviewRequestedAt === null;
  return key === 'evidence' && facts.status === 'pending';
}

function stateOf(key: StepKey, facts: LifeFacts): StepState {
  if (closedAt(facts) === key) return 'failed';
  if (isDone(key, facts)) return 'done';
  return isUnderWay(key, facts) ? 'current' : 'ahead';
}

function detailOf(key: StepKey, state: StepState, facts: LifeFacts, clock: Clock): string {
  const day = (at: number) => dayText(at, clock);
  switch (key) {
    case 'requested':
      return words.requestedBy(day(facts.requestedAt), facts.requestedBy);
    case 'evidence':
      return facts.status === 'pending' && facts.checksCompletedAt === null
        ? words.metSoFar(facts.met, facts.total)
        : words.met(facts.met, facts.total);
    case 'proof':
      if (facts.proof !== null) return words.byMethod[facts.proof.method];
      return state === 'current' ? words.proofDue : words.proofSkipped;
    case 'review':
      if (facts.activatedAt !== null) {
        const took = facts.activatedAt - facts.requestedAt;
        return took < MINUTE_MS ? words.approvedAtOnce : words.approvedAfter(durationText(took, time));
      }
      if (facts.status === 'waiting') return words.question;
      return state === 'current' ? words.reviewNow : words.reviewDue;
    case 'inForce':
      return facts.activatedAt === null ? words.inForceAhead : words.since(day(facts.activatedAt));
  }
}

/** "14 Mar", with its year when it is another one; never "3 weeks ago": a step has a date. */
function dayText(at: number, clock: Clock): string {
  const text = dateText(at, clock, time);
  const year = dateText(clock.now, clock, time).slice(-5);
  return text.endsWith(year) ? text.slice(0, -5) : text;
}

function closedDetail(facts: LifeFacts, clock: Clock): string {
  const word = status[facts.statusKey].word;
  return words.ended(word, facts.endedAt === null ? '' : relativeText(facts.endedAt, clock, time)).trim();
}

/** The life of an entry as five steps, what happens next, and who must act. */
export function lifeLine(facts: LifeFacts, clock: Clock): LifeLineView {
  const steps = order.map((key): LifeStep => {
    const state = stateOf(key, facts);
    const detail = state === 'failed' ? closedDetail(facts, clock) : detailOf(key, state, facts, clock);
    return { key, state, detail };
  });
  // Support looks at it already, and can approve it only after that.
  if (facts.awaitsOwner && facts.statusKey === 'in_review')
    return { steps, next: words.ownerNext, turn: 'owner' };
  if (facts.statusKey === 'paused_by_owner' && facts.overdue)
    return { steps, next: statusText.pausedOverdue, turn: 'you' };
  return {
    steps,
    next: status[facts.statusKey].next,
    turn: turns[facts.statusKey] ?? 'nobody',
    renew: facts.statusKey === 'renew_soon' || facts.statusKey === 'renewal_overdue',
  };
}

/** The same as a member or a viewer reads it: anybody may send from the device, all else only an owner does. */
export function withoutOwner(view: LifeLineView, key: StatusKey): LifeLineView {
  if (view.turn !== 'you' || key === 'waiting_for_proof') return view;
  return { ...view, turn: 'owner', renew: false };
}
