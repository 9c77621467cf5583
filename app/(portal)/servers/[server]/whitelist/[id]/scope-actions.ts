'use server';

import { z } from 'zod';
import { editEntry } from '../../../../../../lib/operations/edit-entry.ts';
import type { Refusal } from '../../../../../../lib/operations/result.ts';
import { action } from '../../../../../../lib/web/action.ts';
import type { ActionState } from '../../../../../../lib/web/action-state.ts';
import { messages } from '../../../../../../lib/web/messages.ts';
import { scopeFields, scopeOfForm } from '../../../../../../lib/web/scope-fields.ts';

const words = messages.scope;
const id = z.string().max(100);

const change = action({
  schema: z.object({ id, ...scopeFields }),
  run: (form, context) => editEntry({ ...context, id: form.id, edits: { scope: scopeOfForm(form) } }),
  done: ({ toReview }) => (toReview ? words.toReview : words.done),
  words: scopeWords,
});

const sandbox = action({
  schema: z.object({ id, mode: z.enum(['sandbox', 'enforce']) }),
  run: ({ id: entryId, mode }, context) => editEntry({ ...context, id: entryId, edits: { scope: { mode } } }),
  done: (_result, { mode }) => (mode === 'sandbox' ? words.sandboxIsOn : words.sandboxIsOff),
  words: scopeWords,
});

function scopeWords(refusal: Refusal) {
  if (refusal.code === 'throttled') return messages.actions.refusals.often_today;
  if (refusal.code !== 'invalid') return undefined;
  const said = { over_plan: 1, not_verified: 1, no_verified_domain: 1, empty: 1 } as const;
  return Object.hasOwn(said, refusal.reason)
    ? words.refusals[refusal.reason as keyof typeof said]
    : undefined;
}

/** Changes what an entry may send: less at once, more after support has looked at it. */
export async function scopeAction(
  entryId: string,
  before: ActionState,
  form: FormData,
): Promise<ActionState> {
  form.set('id', entryId);
  return change(before, form);
}

/** Turns the sandbox on for a day, or ends it. */
export async function sandboxAction(
  entryId: string,
  before: ActionState,
  form: FormData,
): Promise<ActionState> {
  form.set('id', entryId);
  return sandbox(before, form);
}
