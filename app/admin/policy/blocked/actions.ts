'use server';

import { z } from 'zod';
import { addDays } from '../../../../lib/domain/days.ts';
import { blockPrefix, unblockPrefix } from '../../../../lib/operations/block-prefix.ts';
import { action } from '../../../../lib/web/action.ts';
import { optionalText, requiredText } from '../../../../lib/web/form-fields.ts';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.policy.blocked;

export const blockAction = action({
  schema: z.object({
    network: requiredText(words.missing, 200),
    reason: requiredText(words.reasonMissing, 500),
    last_day: optionalText(10).pipe(z.iso.date(words.refusals.past).nullable()),
  }),
  ability: 'change_policy',
  run: ({ last_day: lastDay, ...form }, context) =>
    // The last day counts whole.
    blockPrefix({ ...context, ...form, expiresAt: lastDay === null ? null : addDays(new Date(lastDay), 1) }),
  done: () => words.done,
  words: (refusal) => {
    if (refusal.code !== 'invalid') return undefined;
    if (refusal.field === 'expires_at') return { message: words.refusals.past, field: 'last_day' };
    const { too_wide, host_bits_set, otherwise } = words.refusals;
    const said: Readonly<Record<string, string>> = { too_wide, host_bits_set };
    return { message: said[refusal.reason] ?? otherwise, field: 'network' };
  },
});

export const unblockAction = action({
  schema: z.object({ id: z.string().max(100), reason: z.string().trim().max(2000).default('') }),
  ability: 'change_policy',
  run: (form, context) => unblockPrefix({ ...context, ...form }),
  done: () => words.ended,
});
