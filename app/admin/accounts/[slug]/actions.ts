'use server';

import { z } from 'zod';
import { liftSuspension, proposeCancellation } from '../../../../lib/operations/account-sanctions.ts';
import { closeAccount } from '../../../../lib/operations/close-account.ts';
import { reopenAccount } from '../../../../lib/operations/reopen-account.ts';
import { action } from '../../../../lib/web/action.ts';
import type { ActionState, FormAction } from '../../../../lib/web/action-state.ts';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.abuse.account;
const sanction = z.object({
  slug: z.string().max(100),
  reason: z.string().trim().max(2000).default(''),
});

const verbs = {
  propose: action({
    schema: sanction,
    ability: 'suspend_account',
    run: (form, context) => proposeCancellation({ ...context, ...form }),
    done: () => words.proposeDone,
    words: (refusal) =>
      refusal.code === 'taken' ? { ...words.proposedAlready, field: undefined } : undefined,
  }),
  lift_account: action({
    schema: sanction,
    ability: 'suspend_account',
    run: (form, context) => liftSuspension({ ...context, ...form, of: 'account' }),
    done: () => words.liftDone,
  }),
  lift_server: action({
    schema: sanction,
    ability: 'suspend_account',
    run: (form, context) => liftSuspension({ ...context, ...form, of: 'server' }),
    done: () => words.liftDone,
  }),
  close: action({
    schema: sanction,
    ability: 'close_account',
    run: (form, context) => closeAccount({ ...context, ...form }),
    done: ({ removed, rejected }) => messages.abuse.incident.close.done(removed, rejected),
  }),
  reopen: action({
    schema: sanction,
    ability: 'close_account',
    run: (form, context) => reopenAccount({ ...context, ...form }),
    done: () => words.reopenDone,
  }),
} satisfies Record<string, FormAction>;

/** What goes beyond an entry: to an account, or to one of its servers. */
export async function sanctionAction(
  verb: keyof typeof verbs,
  slug: string,
  before: ActionState,
  form: FormData,
): Promise<ActionState> {
  form.set('slug', slug);
  // A verb that nobody knows does nothing: it has no reason and no account.
  if (!Object.hasOwn(verbs, verb)) form.set('slug', '');
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : verbs.lift_server;
  return run(before, form);
}
