import type { Requirement } from '../domain/evaluation.ts';
import { formatAddress } from '../domain/ip.ts';
import { firstAddress, parseNetwork } from '../domain/network.ts';
import type { Refusal } from '../operations/result.ts';
import type { Secrets } from '../secrets/keys.ts';
import { sealReference } from '../secrets/reference.ts';
import type { ActionState } from './action-state.ts';
import { type FormValues, returnedValues } from './form-values.ts';
import { actions } from './messages/actions.ts';
import { requirementSentence } from './messages/requirements.ts';
import { paths } from './paths.ts';

export type Refused = Extract<ActionState, { status: 'refused' }>;
export type Words = { message: string; nextStep?: string };

/**
 * Which field of the request form a requirement is about. What is in the way of every address of the server is told at
 * the one that was asked for.
 */
const requirementFields: Readonly<Partial<Record<Requirement, string>>> = {
  paid_subscription: 'network',
  valid_network: 'network',
  public_address: 'network',
  static: 'network',
  not_residential: 'network',
  dedicated: 'network',
  not_shared: 'network',
  no_abuse_history: 'network',
  reputation: 'network',
  responsibility: 'responsible',
};

/** A refusal in words, with everything that was typed. */
export function refused(code: string, words: Words, more: Omit<Partial<Refused>, 'status'> = {}): Refused {
  return { status: 'refused', code, ...words, ...more };
}

/** What an operation refused, as a form says it. */
export function refusalState(
  refusal: Refusal,
  context: { values: FormValues; secrets: Secrets; now: Date; forStaff?: boolean },
): Refused {
  const values = returnedValues(context.values);
  switch (refusal.code) {
    case 'requirement_failed':
      return requirementState(refusal, context);
    case 'not_found':
      // Staff see everything: what was on their page and is not found was decided by somebody else.
      return refused(refusal.code, actions.refusals[context.forStaff ? 'gone' : 'not_found'], { values });
    case 'state_forbids':
      return refused(refusal.code, actions.refusals.wrong_state, { values });
    case 'already_requested':
      return refused(refusal.code, actions.refusals.already_requested, {
        field: 'network',
        link: { href: requestPath(refusal, context.forStaff), label: actions.openRequest },
        values,
      });
    case 'reason_missing':
      return refused(refusal.code, actions.refusals.reason_missing, { field: 'reason', values });
    case 'invalid':
    case 'taken':
      return refused(refusal.code, actions.refusals[refusal.code], { field: refusal.field, values });
    case 'approvals_frozen': {
      const { message, nextStep } = actions.refusals.approvals_frozen;
      const because = refusal.reason === '' ? message : `${message} ${refusal.reason}`;
      return refused(refusal.code, { message: because, nextStep }, { values });
    }
    default:
      return refused(refusal.code, actions.refusals[refusal.code], { values });
  }
}

/** Where the request that is in the way is read, by staff or by its account. */
function requestPath(
  { entryId, server }: Extract<Refusal, { code: 'already_requested' }>,
  forStaff = false,
): string {
  return forStaff ? paths.adminRequest(entryId) : paths.entry(server, entryId);
}

/** The three parts of a refused requirement: what we saw, which rule, what to do. */
function requirementState(
  refusal: Extract<Refusal, { code: 'requirement_failed' }>,
  { values, secrets, now }: { values: FormValues; secrets: Secrets; now: Date },
): Refused {
  const { requirement, reason, facts, suggestions } = refusal;
  const { saw, value, next } = requirementSentence({ requirement, verdict: 'fail', reason, facts });
  const notConfirmed = reason === 'not_attested';
  const address = addressOf(values.network);
  return refused(
    refusal.code,
    {
      message: value === undefined ? saw : `${saw} ${value}`,
      ...(next === undefined ? {} : { nextStep: next }),
    },
    {
      requirement,
      field: notConfirmed ? requirement : requirementFields[requirement],
      suggestions,
      reference: sealReference(secrets, { address, rule: requirement, at: now, node: 'portal' }),
      values: returnedValues(values),
    },
  );
}

/** A reference keeps one address: of a network its first. */
function addressOf(network: unknown): string | null {
  const parsed = parseNetwork(typeof network === 'string' ? network : '');
  return parsed.ok ? formatAddress(firstAddress(parsed.network)) : null;
}
