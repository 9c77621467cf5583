'use server';

import { notFound } from 'next/navigation';
import { z } from 'zod';
import { acceptResponsibility } from '../../../../../../lib/operations/accept-responsibility.ts';
import { answerQuestion } from '../../../../../../lib/operations/answer-question.ts';
import { answerTakeover } from '../../../../../../lib/operations/answer-takeover.ts';
import { appealRemoval } from '../../../../../../lib/operations/appeal-removal.ts';
import { removeEntry } from '../../../../../../lib/operations/remove-entry.ts';
import { renewEntry } from '../../../../../../lib/operations/renew-entry.ts';
import { requestReview } from '../../../../../../lib/operations/request-review.ts';
import { restoreEntry } from '../../../../../../lib/operations/restore-entry.ts';
import type { Refusal } from '../../../../../../lib/operations/result.ts';
import { suspendEntry } from '../../../../../../lib/operations/suspend-entry.ts';
import { withdrawEntry } from '../../../../../../lib/operations/withdraw-entry.ts';
import { action } from '../../../../../../lib/web/action.ts';
import type { ActionState, FormAction } from '../../../../../../lib/web/action-state.ts';
import { checkbox, day } from '../../../../../../lib/web/form-fields.ts';
import { abuseOwner } from '../../../../../../lib/web/messages/abuse-owner.ts';
import { messages } from '../../../../../../lib/web/messages.ts';

const done = messages.actions.done;
const { asked } = messages.takeover;
const id = z.string().max(100);
const reason = z.string().trim().max(1000).default('');

function oftenToday(refusal: Refusal) {
  return refusal.code === 'throttled' ? messages.actions.refusals.often_today : undefined;
}

const verbs = {
  withdraw: action({
    schema: z.object({ id, reason }),
    run: (form, context) => withdrawEntry({ ...context, ...form }),
    done: () => done.withdrawn,
  }),
  remove: action({
    schema: z.object({ id, reason }),
    run: (form, context) => removeEntry({ ...context, ...form, side: 'owner' }),
    done: () => done.removed,
  }),
  suspend: action({
    schema: z.object({ id, reason }),
    run: (form, context) => suspendEntry({ ...context, ...form, side: 'owner' }),
    done: () => done.suspended,
    words: oftenToday,
  }),
  restore: action({
    schema: z.object({ id, reason }),
    run: (form, context) => restoreEntry({ ...context, ...form, side: 'owner' }),
    done: ({ entry }) => (entry.status === 'active' ? done.restored : done.causeLifted),
  }),
  renew: action({
    schema: z.object({ id, lease_end: z.union([day, z.literal('')]).optional() }),
    run: ({ id: entryId, lease_end: leaseEnd }, context) =>
      renewEntry({ ...context, id: entryId, ...(leaseEnd ? { leaseEnd } : {}) }),
    done: () => done.renewed,
    words: (refusal) =>
      refusal.code === 'invalid' && refusal.field === 'lease_end'
        ? messages.renewals.leasePast
        : oftenToday(refusal),
  }),
  accept: action({
    schema: z.object({ id, static: checkbox, dedicated: checkbox }),
    run: (form, context) =>
      acceptResponsibility({
        ...context,
        id: form.id,
        attestations: { static: form.static, dedicated: form.dedicated },
      }),
    done: () => done.accepted,
    words: oftenToday,
  }),
  review: action({
    schema: z.object({ id }),
    run: (form, context) => requestReview({ ...context, ...form }),
    done: () => done.reviewRequested,
  }),
  answer: action({
    schema: z.object({ id, answer: z.string().max(5000).default('') }),
    run: (form, context) => answerQuestion({ ...context, ...form }),
    done: () => done.answered,
  }),
  ownership: action({
    schema: z.object({ id, answer: z.string().max(5000).default('') }),
    run: (form, context) => answerTakeover({ ...context, ...form }),
    done: () => asked.done,
    words: (refusal) => {
      if (refusal.code === 'throttled') return asked.oftenToday;
      if (refusal.code !== 'invalid') return undefined;
      return refusal.reason === 'not_asked' ? asked.notAsked : asked.answerMissing;
    },
  }),
  appeal: action({
    schema: z.object({ id, statement: z.string().default('') }),
    run: (form, context) => appealRemoval({ ...context, ...form }),
    done: () => abuseOwner.appeal.done,
    words: (refusal) => {
      if (refusal.code === 'state_forbids') return abuseOwner.appeal.notNow;
      if (refusal.code !== 'invalid') return undefined;
      return refusal.reason === 'missing' ? abuseOwner.appeal.missing : abuseOwner.appeal.tooLong;
    },
  }),
} satisfies Record<string, FormAction>;

export type EntryVerbName = keyof typeof verbs;

/** One door for every verb of the page: the page binds the verb and the entry, the operation decides again. */
export async function entryAction(
  verb: EntryVerbName,
  entryId: string,
  before: ActionState,
  form: FormData,
): Promise<ActionState> {
  // What is bound comes back from the browser like everything else.
  if (!Object.hasOwn(verbs, verb)) notFound();
  form.set('id', entryId);
  return verbs[verb](before, form);
}
