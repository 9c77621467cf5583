'use server';

import { z } from 'zod';
import { answerAccountInvitation } from '../../../../lib/operations/answer-account-invitation.ts';
import { action } from '../../../../lib/web/action.ts';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.account.invitations;

export const answerInvitationAction = action({
  schema: z.object({ invitation: z.string().max(100), answer: z.enum(['accept', 'decline']) }),
  run: ({ invitation, answer }, context) =>
    answerAccountInvitation({ ...context, invitationId: invitation, accepted: answer === 'accept' }),
  // The page is made anew: the account stands in the side bar, and the invitation no longer in the list.
  done: ({ accepted }) => (accepted ? words.accepted : words.declined),
  words: (refusal) => (refusal.code === 'not_found' ? words.gone : undefined),
});
