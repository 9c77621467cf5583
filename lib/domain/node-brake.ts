import { stepCalledFor, type WeighedSignal } from './abuse-ladder.ts';
import { shareOfTraffic } from './abuse-signals.ts';
import type { LadderPolicy } from './ladder-policy.ts';
import { judgeRatio, NEXT_HOP_REFUSAL_SHARE, UNKNOWN_RECIPIENT_SHARE } from './volume-baseline.ts';

/**
 * What a node does by itself about an entry that it sees go wrong, before the database has judged it: the same ladder
 * over what this node has seen within the hour, and only where that is a run and not a slip.
 */

/** `throttled`: slowed down as the ladder would. `held`: nothing is taken for now; the client hears 4xx, nothing bounces. */
export type BrakeStep = 'none' | 'throttled' | 'held';

/** What one node saw of one entry, within about an hour. */
export type NodeView = {
  /** messages that the next hop took */
  accepted: number;
  recipients: number;
  /** recipients that do not exist */
  unknownRecipients: number;
  /** messages that the next hop refused for good */
  nextHopRefused: number;
  /** messages that were called spam, and malware, after they were taken */
  spam: number;
  malware: number;
  /** messages taken since the node knows the entry, at most of about a week */
  lately: number;
};

/** Fewer are no run: the database weighs them against all that the entry sends elsewhere. */
const LEAST_SPAM = 3;
/** Of the messages of the hour. A sender of much has some that a filter dislikes. */
const SPAM_SHARE = 0.2;

/**
 * Which brake the ladder calls for, from what a node knows alone. In observing mode none; a critical entry is only slowed
 * down.
 */
export function brakeCalledFor(
  policy: LadderPolicy,
  view: NodeView,
  critical: boolean,
  now: Date,
): BrakeStep {
  if (policy.mode === 'observe') return 'none';
  const step = stepCalledFor(policy, signalsOf(view, now), now);
  if (step === 'none' || step === 'warned') return 'none';
  return step === 'throttled' || critical ? 'throttled' : 'held';
}

function signalsOf(view: NodeView, now: Date): WeighedSignal[] {
  const { accepted, recipients, unknownRecipients, nextHopRefused, spam, malware } = view;
  const signals: WeighedSignal[] = [];
  const seen = (kind: WeighedSignal['kind'], strength: number) => signals.push({ kind, strength, at: now });
  if (malware > 0) seen('malware', malware);
  if (spam >= LEAST_SPAM && spam >= accepted * SPAM_SHARE) {
    seen('spam', spam * shareOfTraffic(Math.max(view.lately, accepted)));
  }
  const unknown = judgeRatio(unknownRecipients, unknownRecipients + recipients, UNKNOWN_RECIPIENT_SHARE);
  if (unknown.verdict === 'high') seen('unknown_recipients', unknown.strength);
  const refused = judgeRatio(nextHopRefused, nextHopRefused + accepted, NEXT_HOP_REFUSAL_SHARE);
  if (refused.verdict === 'high') seen('next_hop_refusals', refused.strength);
  return signals;
}
