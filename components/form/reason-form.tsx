'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import type { ButtonVariant } from '../ui/button-class.ts';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { FormOutcome, fieldRefusal } from './refusal.tsx';
import { typed, useActionForm } from './use-action-form.ts';

export type ReasonFormProps = {
  action: FormAction;
  /** The field of the reason. */
  name?: string;
  label: string;
  hint?: string;
  button: string;
  pendingLabel?: string;
  variant?: ButtonVariant;
  disabledReason?: string | null;
  hidden?: Readonly<Record<string, string>>;
};

/** One thing that is done with a reason: the text, the button, and what came of it. */
export function ReasonForm({
  action,
  name = 'reason',
  label,
  hint,
  button,
  pendingLabel,
  variant = 'secondary',
  disabledReason,
  hidden = {},
}: ReasonFormProps) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} className="flex flex-col items-start gap-3">
      {Object.entries(hidden).map(([key, value]) => (
        <input key={key} type="hidden" name={key} value={value} />
      ))}
      <div className="w-full">
        <TextArea
          name={name}
          label={label}
          description={hint}
          defaultValue={typed(state, name)}
          error={fieldRefusal(state, name)}
          rows={2}
          maxLength={2000}
          required
        />
      </div>
      <FormOutcome state={state} fields={[name]} />
      <SubmitButton
        variant={variant}
        pending={pending}
        pendingLabel={pendingLabel}
        disabledReason={disabledReason}
      >
        {button}
      </SubmitButton>
    </form>
  );
}
