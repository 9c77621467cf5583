'use server';

import { z } from 'zod';
import { decideFuse } from '../../../../lib/operations/decide-fuse.ts';
import { action } from '../../../../lib/web/action.ts';
import type { ActionState } from '../../../../lib/web/action-state.ts';
import { textList } from '../../../../lib/web/form-fields.ts';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.abuse.fuse;

const decide = action({
  schema: z.object({
    tripId: z.string().max(100),
    verb: z.enum(['apply', 'discard']),
    which: z.enum(['all', 'ticked']),
    item: textList,
    seen: z.coerce.number().int().min(0).max(8e15),
    reason: z.string().trim().max(2000).default(''),
  }),
  ability: 'handle_abuse',
  run: async ({ tripId, verb, which, item, seen, reason }, context) => {
    if (which === 'ticked' && item.length === 0) {
      return { ok: false as const, code: 'invalid' as const, field: 'item', reason: 'missing' };
    }
    const meant = which === 'all' ? { seenUntil: new Date(seen) } : { itemIds: item };
    return decideFuse({ ...context, tripId, decision: verb, reason, ...meant });
  },
  done: ({ decided }, { verb }) => (verb === 'apply' ? words.applied(decided) : words.discarded(decided)),
  words: (refusal) =>
    refusal.code === 'invalid'
      ? { message: words.nothingTicked, nextStep: words.nothingTickedNext }
      : undefined,
});

/** A person decides about what one trip of the fuse holds. */
export async function decideAction(
  tripId: string,
  before: ActionState,
  form: FormData,
): Promise<ActionState> {
  form.set('tripId', tripId);
  return decide(before, form);
}
