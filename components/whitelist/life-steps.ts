import type { EntryState } from '../../lib/domain/entry-lifecycle.ts';
import { endedStates } from '../../lib/domain/entry-lifecycle.ts';
import { type StatusKey, status } from '../../lib/web/messages/status.ts';
import { time } from '../../lib/web/messages/time.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { type Clock, dateText, durationText, relativeText } from '../ui/relative-time.ts';

export type LifeFacts = {
  status: EntryState;
  statusKey: StatusKey;
  requestedAt: number;
  /** The name of who asked, where the viewer may know it. */
  requestedBy: string | null;
  met: number;
  total: number;
  checksCompletedAt: number | null;
  proof: { method: 'sending' | 'sign_in' | 'http' | 'dns'; at: number } | null;
  reviewRequestedAt: number | null;
  activatedAt: number | null;
  endedAt: number | null;
};

export type StepKey = 'requested' | 'evidence' | 'proof' | 'review' | 'inForce';
export type StepState = 'done' | 'current' | 'ahead' | 'failed';
export type LifeStep = { key: StepKey; state: StepState; detail: string };
export type Turn = 'you' | 'support' | 'system' | 'nobody';
export type LifeLineView = { steps: LifeStep[]; next: string; turn: Turn };

const words = whitelist.life;

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
  suspended_for_drift: 'you',
  suspended: 'support',
  suspended_for_abuse: 'support',
  server_suspended: 'support',
  account_suspended: 'support',
};

const order: readonly StepKey[] = ['requested', 'evidence', 'proof', 'review', 'inForce'];

/** The step that an entry is at: the first one that is not behind it. */
function currentStep(facts: LifeFacts): StepKey {
  if (facts.activatedAt !== null) return 'inForce';
  if (facts.status === 'in_review' || facts.status === 'waiting') return 'review';
  if (facts.proof === null && facts.reviewRequestedAt === null) return 'proof';
  return facts.checksCompletedAt === null ? 'evidence' : 'review';
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
      return state === 'current' || state === 'ahead' ? words.proofDue : words.proofSkipped;
    case 'review':
      if (facts.activatedAt !== null) {
        return words.approvedAfter(durationText(facts.activatedAt - facts.requestedAt, time));
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

/** The life of an entry as five steps, what happens next, and who must act. */
export function lifeLine(facts: LifeFacts, clock: Clock): LifeLineView {
  const ended = (endedStates as readonly EntryState[]).includes(facts.status);
  const at = order.indexOf(currentStep(facts));
  const steps = order.map((key, index): LifeStep => {
    // Evidence is gathered while the proof is awaited: it is never the step that waits for the proof.
    const reached: StepState =
      index < at || (key === 'inForce' && facts.activatedAt !== null)
        ? 'done'
        : index === at
          ? 'current'
          : 'ahead';
    const state: StepState =
      ended && index === at
        ? 'failed'
        : key === 'evidence' && facts.checksCompletedAt === null && reached === 'done'
          ? 'current'
          : reached;
    if (state === 'failed') {
      const when = facts.endedAt === null ? '' : relativeText(facts.endedAt, clock, time);
      return { key, state, detail: words.ended(status[facts.statusKey].word, when).trim() };
    }
    return { key, state, detail: detailOf(key, state, facts, clock) };
  });
  return { steps, next: status[facts.statusKey].next, turn: turns[facts.statusKey] ?? 'nobody' };
}
