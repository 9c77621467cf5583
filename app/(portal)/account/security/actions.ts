'use server';

import { z } from 'zod';
import { changePassword } from '../../../../lib/operations/change-password.ts';
import { endSecondFactor } from '../../../../lib/operations/end-second-factor.ts';
import { passSecondFactor } from '../../../../lib/operations/pass-second-factor.ts';
import { ownAction } from '../../../../lib/web/action.ts';
import { codeRefusals, passwordRefusals, signInRefusals } from '../../../../lib/web/auth-refusals.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';

const words = messages.account.security;
const { refusals } = messages.auth;
const secret = z.string().max(1000).default('');

export const changePasswordAction = ownAction({
  schema: z.object({ current: secret, password: secret, again: secret }),
  run: async ({ current, password, again }, context) => {
    const { refuse, session } = context;
    if (password !== again) return refuse('passwords_differ', refusals.passwords_differ, 'again');
    const { sessionId } = session;
    const result = await changePassword({ ...context, sessionId, current, password });
    if (result.ok) return { status: 'done', message: words.changed(result.tokens) };
    if (result.code === 'password_refused') {
      return refuse(result.reason, passwordRefusals[result.reason], 'password');
    }
    if (result.code === 'wrong_credentials') return refuse(result.code, words.wrongCurrent, 'current');
    if (result.code === 'not_found') return refuse(result.code, messages.actions.refusals.not_found);
    return refuse(result.code, signInRefusals[result.code]);
  },
});

export const setUpSecondFactorAction = ownAction({
  schema: z.object({ code: z.string().max(100).default('') }),
  run: async ({ code }, context) => {
    const result = await passSecondFactor({ ...context, sessionId: context.session.sessionId, code });
    if (result.ok) return { status: 'go', path: paths.accountSecurity(), session: result.session };
    if (result.code === 'not_found') return { status: 'go', path: paths.signIn() };
    return context.refuse(result.code, codeRefusals[result.code], 'code');
  },
});

export const endSecondFactorAction = ownAction({
  schema: z.object({ code: z.string().max(100).default('') }),
  run: async ({ code }, context) => {
    const result = await endSecondFactor({ ...context, code });
    if (result.ok) return { status: 'done', message: words.removed };
    if (result.code === 'wrong_code' || result.code === 'throttled') {
      return context.refuse(result.code, codeRefusals[result.code], 'code');
    }
    return context.refuse(result.code, messages.actions.refusals.not_allowed);
  },
});
