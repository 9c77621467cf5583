'use server';

import { z } from 'zod';
import { passSecondFactor } from '../../../../lib/operations/pass-second-factor.ts';
import { publicAction } from '../../../../lib/web/action.ts';
import { landingPath } from '../../../../lib/web/after-sign-in.ts';
import { codeRefusals } from '../../../../lib/web/auth-refusals.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { safePath } from '../../../../lib/web/safe-path.ts';
import { nextField } from '../next-schema.ts';

const words = messages.auth.refusals;

export const secondFactorAction = publicAction({
  schema: z.object({ code: z.string().max(100).default(''), next: nextField }),
  run: async ({ code, next }, context) => {
    const { session } = context;
    if (session === null) return { status: 'go', path: paths.signIn({ next: safePath(next) ?? undefined }) };
    if (code.trim() === '') return context.refuse('missing', words.missing_code, 'code');
    const result = await passSecondFactor({ ...context, sessionId: session.sessionId, code });
    if (result.ok) {
      const path = safePath(next) ?? landingPath(result.staffRole);
      return { status: 'go', path, session: result.session };
    }
    if (result.code === 'not_found') return { status: 'go', path: paths.signIn() };
    return context.refuse(result.code, codeRefusals[result.code], 'code');
  },
});
