'use client';

import { type ReportGrade, reportGrades } from '../../lib/domain/abuse-signals.ts';
import type { FormAction } from '../../lib/web/action-state.ts';
import { abuse } from '../../lib/web/messages/abuse.ts';
import { ReasonField } from '../form/reason-field.tsx';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { RadioGroup } from '../ui/radio-group.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

const words = abuse.entry.report;
const grades = Object.keys(reportGrades) as ReportGrade[];

/** Staff has seen something itself. Gets `grade` and `reason`. */
export function ReportForm({
  action,
  disabledReason,
}: {
  action: FormAction;
  disabledReason: string | null;
}) {
  const { state, pending, formProps } = useActionForm(action, { emptyWhenDone: true });
  return (
    <form {...formProps} aria-label={words.title} className="flex flex-col gap-3">
      <p className="text-second">{words.lead}</p>
      <RadioGroup
        name="grade"
        label={words.grade}
        defaultValue={typed(state, 'grade') ?? 'minor'}
        error={fieldRefusal(state, 'grade')}
        options={grades.map((grade) => ({
          value: grade,
          label: words.grades[grade].label,
          description: words.grades[grade].text,
        }))}
      />
      <ReasonField state={state} label={words.what} hint={words.whatHint} />
      <FormOutcome state={state} fields={['reason', 'grade']} />
      <div>
        <SubmitButton variant="danger" pending={pending} disabledReason={disabledReason}>
          {words.submit}
        </SubmitButton>
      </div>
    </form>
  );
}
