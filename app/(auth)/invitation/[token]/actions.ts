'use server';

import { z } from 'zod';
import { acceptInvitation } from '../../../../lib/operations/accept-invitation.ts';
import { publicAction } from '../../../../lib/web/action.ts';
import { afterSignIn } from '../../../../lib/web/after-sign-in.ts';
import { passwordRefusals } from '../../../../lib/web/auth-refusals.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';

const words = messages.auth.refusals;
export const acceptInvitationAction = publicAction({
  schema: z.object({
    token: z.string().max(200).default(''),
    name: z.string().trim().max(200).default(''),
    password: z.string().max(1000).default(''),
    again: z.string().max(1000).default(''),
  }),
  run: async ({ token, name, password, again }, context) => {
    if (name === '' && password === '') {
      return {
        ...context.refuse('invalid', messages.actions.refusals.invalid),
        fieldErrors: { name: words.missing_name.message, password: words.missing_password.message },
      };
    }
    if (name === '') return context.refuse('missing', words.missing_name, 'name');
    if (password !== again) return context.refuse('passwords_differ', words.passwords_differ, 'again');
    const result = await acceptInvitation({ ...context, token, name, password });
    if (result.ok) return afterSignIn(result, result.waiting > 0 ? paths.accountInvitations() : null);
    if (result.code === 'name_refused') return context.refuse(result.code, words.name_refused, 'name');
    if (result.code === 'invitation_gone') return context.refuse(result.code, words.invitation_gone);
    return context.refuse(result.reason, passwordRefusals[result.reason], 'password');
  },
});
