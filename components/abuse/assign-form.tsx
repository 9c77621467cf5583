'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { abuse } from '../../lib/web/messages/abuse.ts';
import { ReasonField } from '../form/reason-field.tsx';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { RadioGroup } from '../ui/radio-group.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextField } from '../ui/text-field.tsx';

const words = abuse.reports;
const grades = ['complaint', 'grave_complaint'] as const;

/** A person says which live entry a report is about. Gets `address`, `grade` and `reason`. */
export function AssignForm({
  action,
  address,
  grade,
}: {
  action: FormAction;
  /** What the report itself says, to begin with. */
  address: string | null;
  grade: (typeof grades)[number];
}) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} aria-label={words.assign.title} className="flex flex-col gap-3">
      <p className="text-second">{words.assign.lead}</p>
      <TextField
        name="address"
        label={words.assign.address}
        description={words.assign.addressHint}
        defaultValue={typed(state, 'address') ?? address ?? ''}
        error={fieldRefusal(state, 'address')}
        mono
        autoComplete="off"
        spellCheck={false}
        required
      />
      <RadioGroup
        name="grade"
        label={words.assign.grade}
        defaultValue={typed(state, 'grade') ?? grade}
        options={grades.map((value) => ({ value, label: words.assign.grades[value] }))}
      />
      <ReasonField state={state} label={words.reason} />
      <FormOutcome state={state} fields={['address', 'reason']} />
      <div>
        <SubmitButton pending={pending}>{words.assign.submit}</SubmitButton>
      </div>
    </form>
  );
}
