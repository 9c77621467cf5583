'use server';

import { z } from 'zod';
import { decideProposal } from '../../../../lib/operations/account-sanctions.ts';
import { action } from '../../../../lib/web/action.ts';
import type { ActionState } from '../../../../lib/web/action-state.ts';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.abuse.proposals;

const decide = action({
  schema: z.object({
    proposalId: z.string().max(100),
    kind: z.enum(['suspend_account', 'cancel_account']),
    verb: z.enum(['do', 'dismiss']),
    reason: z.string().trim().max(2000).default(''),
  }),
  ability: 'suspend_account',
  run: ({ proposalId, verb, reason }, context) =>
    decideProposal({ ...context, proposalId, decision: verb, reason }),
  done: ({ done }, { kind }) => (done ? words.done[kind] : words.dismissed),
  words: (refusal) => {
    if (refusal.code === 'same_person') return words.samePerson;
    return refusal.code === 'invalid' && refusal.reason === 'proposer_gone' ? words.proposerGone : undefined;
  },
});

/** A person decides about what is proposed to do to an account. */
export async function proposalAction(
  proposal: { id: string; kind: 'suspend_account' | 'cancel_account' },
  before: ActionState,
  form: FormData,
): Promise<ActionState> {
  form.set('proposalId', proposal.id);
  form.set('kind', proposal.kind);
  return decide(before, form);
}
