'use server';

import { z } from 'zod';
import { changeMember } from '../../../../lib/operations/change-member.ts';
import { inviteMember } from '../../../../lib/operations/invite-member.ts';
import type { Refusal } from '../../../../lib/operations/result.ts';
import { withdrawAccountInvitation } from '../../../../lib/operations/withdraw-account-invitation.ts';
import { action } from '../../../../lib/web/action.ts';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.account.people;

const id = z.string().max(100);
const role = z.enum(['owner', 'member', 'viewer']);

function wordsFor(refusal: Refusal) {
  if (refusal.code === 'taken' || refusal.code === 'throttled') return words.refusals[refusal.code];
  if (refusal.code === 'invalid' && refusal.reason === 'last_owner') return words.refusals.last_owner;
  return undefined;
}

export const inviteAction = action({
  schema: z.object({
    account: id,
    email: z.string().trim().max(254).pipe(z.email(words.refusals.email.message)),
    role,
  }),
  run: ({ account, email, role }, context) => inviteMember({ ...context, accountId: account, email, role }),
  done: () => words.done,
  words: wordsFor,
});

export const withdrawInvitationAction = action({
  schema: z.object({ account: id, invitation: id }),
  run: ({ account, invitation }, context) =>
    withdrawAccountInvitation({ ...context, accountId: account, invitationId: invitation }),
  done: () => words.withdrawn,
  words: wordsFor,
});

export const changeRoleAction = action({
  schema: z.object({ account: id, person: id, role }),
  run: (form, context) =>
    changeMember({ ...context, accountId: form.account, personId: form.person, role: form.role }),
  done: () => words.changed,
  words: wordsFor,
});

export const endMembershipAction = action({
  schema: z.object({ account: id, person: id }),
  run: (form, context) =>
    changeMember({ ...context, accountId: form.account, personId: form.person, role: null }),
  done: () => words.ended,
  words: wordsFor,
});
