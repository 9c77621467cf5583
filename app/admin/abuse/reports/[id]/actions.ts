'use server';

import { z } from 'zod';
import { assignReport } from '../../../../../lib/operations/assign-report.ts';
import { settleReport } from '../../../../../lib/operations/settle-report.ts';
import { action } from '../../../../../lib/web/action.ts';
import type { ActionState, FormAction } from '../../../../../lib/web/action-state.ts';
import { messages } from '../../../../../lib/web/messages.ts';

const words = messages.abuse.reports;
const report = z.object({
  reportId: z.string().max(100),
  reason: z.string().trim().max(2000).default(''),
});

const verbs = {
  settle: action({
    schema: report,
    ability: 'handle_abuse',
    run: (form, context) => settleReport({ ...context, ...form }),
    done: () => words.settle.done,
  }),
  assign: action({
    schema: report.extend({
      address: z.string().trim().max(100).default(''),
      grade: z.enum(['complaint', 'grave_complaint']),
    }),
    ability: 'handle_abuse',
    run: (form, context) => assignReport({ ...context, ...form }),
    done: ({ step }) => words.assign.done(messages.abuse.steps[step]),
    words: (refusal) => (refusal.code === 'invalid' ? words.assign.noLiveEntry : undefined),
  }),
} satisfies Record<string, FormAction>;

/** What a person makes of a report. */
export async function reportVerb(
  verb: keyof typeof verbs,
  reportId: string,
  before: ActionState,
  form: FormData,
): Promise<ActionState> {
  form.set('reportId', reportId);
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : verbs.settle;
  return run(before, form);
}
