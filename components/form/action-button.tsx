'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import type { ButtonSize, ButtonVariant } from '../ui/button-class.ts';
import { SubmitButton } from '../ui/submit-button.tsx';
import { FormOutcome } from './refusal.tsx';
import { useActionForm } from './use-action-form.ts';

export type ActionButtonProps = {
  action: FormAction;
  label: string;
  variant?: ButtonVariant;
  size?: ButtonSize;
  disabledReason?: string | null;
  /** Sent along, such as the revision that was read. */
  hidden?: Readonly<Record<string, string>>;
};

/** A form that is one button; what came of it is said beneath. */
export function ActionButton({
  action,
  label,
  variant = 'secondary',
  size,
  disabledReason,
  hidden = {},
}: ActionButtonProps) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} className="flex flex-col items-start gap-2">
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <SubmitButton variant={variant} size={size} pending={pending} disabledReason={disabledReason}>
        {label}
      </SubmitButton>
      <FormOutcome state={state} />
    </form>
  );
}
