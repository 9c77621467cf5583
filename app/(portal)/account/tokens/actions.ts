'use server';

import { z } from 'zod';
import { addDays } from '../../../../lib/domain/days.ts';
import { tokenScopes } from '../../../../lib/domain/permissions.ts';
import { createToken } from '../../../../lib/operations/create-token.ts';
import { revokeToken } from '../../../../lib/operations/revoke-token.ts';
import { action } from '../../../../lib/web/action.ts';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.account.tokens;

export const createTokenAction = action({
  schema: z.object({
    name: z.string().max(200),
    scope: z.enum(tokenScopes),
    expires: z.enum(['30', '90', '365', 'never']),
  }),
  run: ({ name, scope, expires }, context) => {
    const expiresAt = expires === 'never' ? null : addDays(context.now, Number(expires));
    return createToken({ ...context, personId: context.session.person.id, name, scope, expiresAt });
  },
  done: ({ token }) => ({ message: words.done, value: token }),
  words: (refusal) => {
    if (refusal.code === 'not_allowed') return { ...words.refusals.scope, field: 'scope' };
    if (refusal.code === 'throttled') return words.refusals.throttled;
    if (refusal.code !== 'invalid') return undefined;
    return refusal.field === 'scope' ? words.refusals.scope : words.refusals.name;
  },
});

export const revokeTokenAction = action({
  schema: z.object({ token: z.string().max(100) }),
  run: ({ token }, context) => revokeToken({ ...context, tokenId: token }),
  done: () => words.revoked,
});
