'use server';

import { z } from 'zod';
import { approveEntry } from '../../lib/operations/approve-entry.ts';
import { askQuestion } from '../../lib/operations/ask-question.ts';
import { callOffTakeover } from '../../lib/operations/call-off-takeover.ts';
import { grantScope } from '../../lib/operations/grant-scope.ts';
import { refuseScope } from '../../lib/operations/refuse-scope.ts';
import { rejectEntry } from '../../lib/operations/reject-entry.ts';
import { removeEntry } from '../../lib/operations/remove-entry.ts';
import { restoreEntry } from '../../lib/operations/restore-entry.ts';
import type { Refusal } from '../../lib/operations/result.ts';
import { startTakeover } from '../../lib/operations/start-takeover.ts';
import { suspendEntry } from '../../lib/operations/suspend-entry.ts';
import { action } from '../../lib/web/action.ts';
import type { ActionState, FormAction } from '../../lib/web/action-state.ts';
import { revisionField, textList } from '../../lib/web/form-fields.ts';
import { eventSentence } from '../../lib/web/messages/events.ts';
import { requirementSentence } from '../../lib/web/messages/requirements.ts';
import { messages } from '../../lib/web/messages.ts';

const done = messages.actions.done;
const { wish, refusals: scopeRefusals } = messages.scope;
const { takeover } = messages;
/** What is told of what happened meanwhile: the newest of it. */
const MOST_TOLD = 3;
const decision = z.object({
  id: z.string().max(100),
  reason: z.string().trim().max(2000).default(''),
  revision: revisionField,
});

const verbs = {
  approve: action({
    schema: decision.extend({ override: textList }),
    ability: 'review_requests',
    run: (form, context) => approveEntry({ ...context, ...form }),
    words: approvalWords,
    done: ({ approvals, required }) => (approvals < required ? done.approvedFirst : done.approved),
  }),
  reject: action({
    schema: decision,
    ability: 'review_requests',
    run: (form, context) => rejectEntry({ ...context, ...form }),
    words: whatHappened,
    done: () => done.rejected,
  }),
  ask: action({
    schema: decision,
    ability: 'review_requests',
    run: (form, context) => askQuestion({ ...context, ...form }),
    words: whatHappened,
    done: () => done.asked,
  }),
  suspend: action({
    schema: decision,
    ability: 'manage_entries',
    run: (form, context) => suspendEntry({ ...context, ...form, side: 'staff' }),
    words: whatHappened,
    done: () => done.suspended,
  }),
  restore: action({
    schema: decision,
    ability: 'manage_entries',
    run: (form, context) => restoreEntry({ ...context, ...form, side: 'staff' }),
    words: whatHappened,
    done: ({ entry }) => (entry.status === 'active' ? done.restored : done.causeLifted),
  }),
  remove: action({
    schema: decision.extend({ abuse: z.string().optional() }),
    ability: 'manage_entries',
    run: ({ abuse, ...form }, context) =>
      removeEntry({ ...context, ...form, side: 'staff', abuse: abuse === 'on' }),
    words: whatHappened,
    done: () => done.removed,
  }),
  grant_scope: action({
    schema: decision,
    ability: 'manage_entries',
    run: (form, context) => grantScope({ ...context, ...form }),
    done: () => wish.granted,
    words: scopeWords,
  }),
  refuse_scope: action({
    schema: decision,
    ability: 'manage_entries',
    run: (form, context) => refuseScope({ ...context, ...form }),
    done: () => wish.refused,
    words: scopeWords,
  }),
  start_takeover: action({
    schema: decision,
    ability: 'review_requests',
    run: (form, context) => startTakeover({ ...context, ...form }),
    done: () => takeover.started,
    words: takeoverWords,
  }),
  call_off_takeover: action({
    schema: decision,
    ability: 'review_requests',
    run: (form, context) => callOffTakeover({ ...context, ...form }),
    done: () => takeover.calledOff,
    words: takeoverWords,
  }),
} satisfies Record<string, FormAction>;

/** What its owner would have to do is not what is asked of whoever approves. */
function approvalWords(refusal: Refusal) {
  if (refusal.code !== 'requirement_failed' || !refusal.overridable) return whatHappened(refusal);
  const { requirement, reason, facts } = refusal;
  const { saw, value } = requirementSentence({ requirement, verdict: 'fail', reason, facts });
  return { message: `${saw} ${value ?? ''}`.trim(), nextStep: messages.review.decision.tickOverride };
}

/** Whoever was too late learns what the faster one did. */
function whatHappened(refusal: Refusal) {
  if (refusal.code !== 'changed_meanwhile' && refusal.code !== 'state_forbids') return undefined;
  const since = refusal.since ?? [];
  if (since.length === 0) return undefined;
  const { meanwhile, thisPageShows } = messages.review.decision;
  const sentences = since.slice(-MOST_TOLD).map((each) => {
    const actor =
      each.actorName ?? messages.events.actors[each.actorKind === 'person' ? 'erased' : each.actorKind];
    const { text, value, quote } = eventSentence(each.kind, each.content, actor);
    return [text, value, quote === undefined ? undefined : `“${quote}”`].filter(Boolean).join(' ');
  });
  return { message: meanwhile(sentences.join(' ')), nextStep: thisPageShows };
}

/** A wish is checked anew when it is granted: what it asks for may have ended meanwhile. */
function scopeWords(refusal: Refusal) {
  if (refusal.code !== 'invalid') return undefined;
  if (refusal.reason === 'not_verified' || refusal.reason === 'over_plan') {
    return { ...scopeRefusals[refusal.reason], field: undefined };
  }
  return { ...wish.nothing, field: undefined };
}

function takeoverWords(refusal: Refusal) {
  if (refusal.code !== 'invalid' || !Object.hasOwn(takeover.refusals, refusal.reason)) return undefined;
  return { ...takeover.refusals[refusal.reason as keyof typeof takeover.refusals], field: undefined };
}

/** One door for every decision of support; the form's button names the verb, the operation decides again. */
export async function decisionAction(
  entryId: string,
  before: ActionState,
  form: FormData,
): Promise<ActionState> {
  form.set('id', entryId);
  const verb = form.get('verb');
  const run =
    typeof verb === 'string' && Object.hasOwn(verbs, verb) ? verbs[verb as keyof typeof verbs] : verbs.ask;
  return run(before, form);
}
