import { formatAddress } from '../../domain/ip.ts';
import { firstAddress, parseNetwork } from '../../domain/network.ts';
import type { Happened, Refusal } from '../../operations/result.ts';
import type { Secrets } from '../../secrets/keys.ts';
import { sealReference } from '../../secrets/reference.ts';
import { fieldMessage } from '../messages/problems.ts';
import { requirementSentence } from '../messages/requirements.ts';
import { problem } from './problem.ts';
import type { Problem } from './schemas/problem.ts';
import { sentenceText } from './sentence-text.ts';

export type RefusalContext = {
  secrets: Secrets;
  /** The network that the refusal is about, as it was given or as it stands. */
  network: string | null;
  now: Date;
};

/** What an operation refused, as the API says it. */
export function refusalProblem(refusal: Refusal, context: RefusalContext): Problem {
  switch (refusal.code) {
    case 'not_found':
      return problem(404, 'not_found');
    case 'not_allowed':
    case 'own_account':
      return problem(403, refusal.code);
    case 'state_forbids':
      return problem(409, refusal.code, { state: refusal.state, ...sinceThen(refusal.since) });
    case 'changed_meanwhile':
      return problem(409, refusal.code, { revision: refusal.revision, ...sinceThen(refusal.since) });
    case 'already_requested':
      return problem(409, refusal.code, { entry: refusal.entryId });
    case 'overlaps_live_entry':
    case 'same_person':
    case 'staff_member':
      return problem(409, refusal.code);
    case 'approvals_frozen':
      return problem(409, refusal.code, refusal.reason === '' ? {} : { reason: refusal.reason });
    case 'takeover_open':
      return problem(409, refusal.code, { until: refusal.until.toISOString() });
    case 'stale_feed':
      return problem(409, refusal.code, { as_of: refusal.asOf.toISOString() });
    case 'taken':
      return problem(409, refusal.code, { errors: [{ field: refusal.field, message: 'is taken already' }] });
    case 'throttled':
      return problem(429, 'too_many_requests');
    case 'reason_missing':
      return problem(400, 'invalid_request', {
        errors: [{ field: 'reason', message: fieldMessage('missing') }],
      });
    case 'invalid':
      return problem(422, 'invalid_value', {
        errors: [{ field: refusal.field, message: fieldMessage(refusal.reason) }],
      });
    case 'requirement_failed':
      return requirementProblem(refusal, context);
  }
}

function sinceThen(since: readonly Happened[] = []): Pick<Problem, 'since'> {
  return since.length === 0 ? {} : { since: since.map(({ kind, at }) => ({ kind, at: at.toISOString() })) };
}

function requirementProblem(
  refusal: Extract<Refusal, { code: 'requirement_failed' }>,
  { secrets, network, now }: RefusalContext,
): Problem {
  const { requirement, reason, facts, suggestions, overridable } = refusal;
  const sentence = requirementSentence({ requirement, verdict: 'fail', reason, facts });
  const address = addressOf(network);
  return problem(422, 'requirement_failed', {
    detail: sentenceText(sentence),
    requirement,
    reason,
    reference: sealReference(secrets, { address, rule: requirement, at: now, node: 'portal' }),
    ...(suggestions.length === 0 ? {} : { suggestions }),
    ...(overridable ? { overridable } : {}),
  });
}

/** A reference keeps one address: of a network its first. */
function addressOf(network: string | null): string | null {
  const parsed = parseNetwork(network ?? '');
  return parsed.ok ? formatAddress(firstAddress(parsed.network)) : null;
}
