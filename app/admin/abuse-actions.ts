'use server';

import { z } from 'zod';
import { type ReportGrade, reportGrades } from '../../lib/domain/abuse-signals.ts';
import { markCritical } from '../../lib/operations/mark-critical.ts';
import { reportEntry } from '../../lib/operations/report-entry.ts';
import { setSignalAside } from '../../lib/operations/set-signal-aside.ts';
import { action } from '../../lib/web/action.ts';
import type { ActionState } from '../../lib/web/action-state.ts';
import { messages } from '../../lib/web/messages.ts';

const words = messages.abuse.entry;
const reason = z.string().trim().max(2000).default('');
const id = z.string().max(100);

const report = action({
  schema: z.object({
    id,
    reason,
    grade: z.enum(Object.keys(reportGrades) as [ReportGrade, ...ReportGrade[]]),
  }),
  ability: 'handle_abuse',
  run: (form, context) => reportEntry({ ...context, ...form }),
  done: ({ step, held }) => (held ? words.report.held : words.report.done[step]),
});

const setAside = action({
  schema: z.object({ signal: id, reason }),
  ability: 'handle_abuse',
  run: (form, context) => setSignalAside({ ...context, signalId: form.signal, reason: form.reason }),
  done: () => words.done.setAside,
});

const critical = action({
  schema: z.object({ id, reason, critical: z.string().optional() }),
  ability: 'manage_entries',
  run: ({ critical: wish, ...form }, context) =>
    markCritical({ ...context, ...form, critical: wish === 'on' }),
  done: ({ entry }) => (entry.critical ? words.critical.done.marked : words.critical.done.unmarked),
});

/** Support has seen something of an entry itself. */
export async function reportAction(
  entryId: string,
  before: ActionState,
  form: FormData,
): Promise<ActionState> {
  form.set('id', entryId);
  return report(before, form);
}

/** One signal was wrong. */
export async function setAsideAction(before: ActionState, form: FormData): Promise<ActionState> {
  return setAside(before, form);
}

/** Whether anything automatic may take the entry out of force. */
export async function markCriticalAction(
  entryId: string,
  before: ActionState,
  form: FormData,
): Promise<ActionState> {
  form.set('id', entryId);
  return critical(before, form);
}
