'use server';

import { z } from 'zod';
import { changeLadder } from '../../../../lib/operations/change-ladder.ts';
import { action } from '../../../../lib/web/action.ts';
import type { ActionState } from '../../../../lib/web/action-state.ts';
import { ladder as words } from '../../../../lib/web/messages/ladder.ts';

const save = action({
  schema: z.object({
    ladder: z.string().max(20_000),
    version: z.coerce.number().int().min(0).max(2_000_000_000),
    reason: z.string().trim().max(2000).default(''),
  }),
  ability: 'change_policy',
  run: ({ ladder, version, reason }, context) =>
    changeLadder({ ...context, ladder: parsed(ladder), version, note: reason }),
  done: ({ policy }) => words.save.done(policy.version),
});

/** Makes the ladder that was tried the policy. */
export async function saveLadderAction(before: ActionState, form: FormData): Promise<ActionState> {
  return save(before, form);
}

/** What is no JSON is no ladder: the check refuses it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
