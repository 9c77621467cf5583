'use server';

import { z } from 'zod';
import { signIn } from '../../../lib/operations/sign-in.ts';
import { signOut } from '../../../lib/operations/sign-out.ts';
import { publicAction } from '../../../lib/web/action.ts';
import { afterSignIn } from '../../../lib/web/after-sign-in.ts';
import { signInRefusals } from '../../../lib/web/auth-refusals.ts';
import { messages } from '../../../lib/web/messages.ts';
import { beginProviderSignIn } from '../../../lib/web/provider-sign-in.ts';
import { safePath } from '../../../lib/web/safe-path.ts';
import { nextField } from './next-schema.ts';

const words = messages.auth.refusals;

export const signInAction = publicAction({
  schema: z.object({
    email: z.string().max(1000).default(''),
    password: z.string().max(1000).default(''),
    next: nextField,
  }),
  run: async ({ email, password, next }, context) => {
    if (email.trim() === '') return context.refuse('missing', words.missing_email, 'email');
    if (password === '') return context.refuse('missing', words.missing_password, 'password');
    const result = await signIn({ ...context, email, password });
    if (!result.ok) return context.refuse(result.code, signInRefusals[result.code]);
    const { session: before } = context;
    if (before !== null) await signOut({ ...context, sessionId: before.sessionId });
    return afterSignIn(result, next);
  },
});

export const providerSignInAction = publicAction({
  schema: z.object({ next: nextField }),
  run: async ({ next }, { portal, refuse }) => {
    if (portal.environment.oidc === null) return refuse('not_found', messages.actions.refusals.not_found);
    return { status: 'go', path: await beginProviderSignIn(safePath(next) ?? '/') };
  },
});
