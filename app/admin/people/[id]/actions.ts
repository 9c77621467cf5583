'use server';

import { z } from 'zod';
import { erasePerson } from '../../../../lib/operations/erase-person.ts';
import { action } from '../../../../lib/web/action.ts';
import type { ActionState } from '../../../../lib/web/action-state.ts';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.staffPerson.erase;

const erase = action({
  schema: z.object({ personId: z.string().max(100), reason: z.string().trim().max(2000).default('') }),
  ability: 'erase_people',
  run: (form, context) => erasePerson({ ...context, ...form }),
  done: () => words.done,
  words: (refusal) => {
    if (refusal.code === 'same_person') return words.yourself;
    return refusal.code === 'not_allowed' ? words.lastAdmin : undefined;
  },
});

/** Forgets who somebody was. */
export async function eraseAction(
  personId: string,
  before: ActionState,
  form: FormData,
): Promise<ActionState> {
  form.set('personId', personId);
  return erase(before, form);
}
