'use server';

import { z } from 'zod';
import { mailChoices, mailGroups } from '../../../../lib/domain/mail-kinds.ts';
import { setMailChoices } from '../../../../lib/operations/set-mail-choices.ts';
import { setTimeZone } from '../../../../lib/operations/set-time-zone.ts';
import { action } from '../../../../lib/web/action.ts';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.notifications;

const choice = z.enum(['usual', ...mailChoices]).transform((value) => (value === 'usual' ? null : value));

export const setMailChoicesAction = action({
  schema: z.partialRecord(z.enum(mailGroups), choice),
  run: (choices, { database, session, now }) =>
    setMailChoices({ database, personId: session.person.id, choices, now }),
  done: () => words.saved,
});

export const setTimeZoneAction = action({
  schema: z.object({ time_zone: z.string().max(100).default('') }),
  run: ({ time_zone: timeZone }, { database, session }) =>
    setTimeZone({ database, personId: session.person.id, timeZone }),
  done: () => words.timeZone.saved,
  words: (refusal) =>
    refusal.code === 'invalid' ? { ...words.timeZone.unknown, field: 'time_zone' } : undefined,
});
