'use server';

import { z } from 'zod';
import { closeAccount } from '../../../../lib/operations/close-account.ts';
import { freezeApprovals } from '../../../../lib/operations/freeze-approvals.ts';
import { action } from '../../../../lib/web/action.ts';
import type { ActionState } from '../../../../lib/web/action-state.ts';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.abuse.incident;
const reason = z.string().trim().max(2000).default('');

const freeze = action({
  schema: z.object({ frozen: z.enum(['true', 'false']), reason }),
  ability: 'freeze_approvals',
  run: (form, context) =>
    freezeApprovals({ ...context, frozen: form.frozen === 'true', reason: form.reason }),
  done: ({ frozen }) => words.freeze.done[frozen ? 'true' : 'false'],
});

const close = action({
  schema: z.object({ slug: z.string().trim().max(100).default(''), reason }),
  ability: 'close_account',
  run: (form, context) => closeAccount({ ...context, ...form }),
  done: ({ removed, rejected }) => words.close.done(removed, rejected),
  words: (refusal) => (refusal.code === 'not_found' ? { ...words.close.notFound, field: 'slug' } : undefined),
});

/** Freezes approvals, or opens them again: the form says which. */
export async function freezeAction(before: ActionState, form: FormData): Promise<ActionState> {
  return freeze(before, form);
}

/** Closes an account at once. */
export async function closeAction(before: ActionState, form: FormData): Promise<ActionState> {
  return close(before, form);
}
