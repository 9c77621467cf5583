'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import type { ButtonVariant } from '../ui/button-class.ts';
import { SubmitButton } from '../ui/submit-button.tsx';
import { ReasonField } from './reason-field.tsx';
import { FormOutcome } from './refusal.tsx';
import { useActionForm } from './use-action-form.ts';

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
  const { state, pending, formProps } = useActionForm(action, { emptyWhenDone: true });
  return (
    <form {...formProps} className="flex flex-col items-start gap-3">
      {Object.entries(hidden).map(([key, value]) => (
        <input key={key} type="hidden" name={key} value={value} />
      ))}
      <div className="w-full">
        <ReasonField state={state} name={name} label={label} hint={hint} />
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
