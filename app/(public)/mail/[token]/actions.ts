'use server';

import { z } from 'zod';
import { turnOffMail } from '../../../../lib/operations/turn-off-mail.ts';
import { publicAction } from '../../../../lib/web/action.ts';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.notifications.turnOff;

export const turnOffMailAction = publicAction({
  schema: z.object({ token: z.string().max(200).default('') }),
  run: async ({ token }, context) => {
    const result = await turnOffMail({ ...context, token });
    if (result.ok) return { status: 'done', message: words.done };
    return context.refuse(result.code, { message: words.gone, nextStep: words.goneText });
  },
});
