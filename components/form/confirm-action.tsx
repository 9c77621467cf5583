'use client';

import { useEffect, useState } from 'react';
import type { FormAction } from '../../lib/web/action-state.ts';
import { common } from '../../lib/web/messages/common.ts';
import { Button } from '../ui/button.tsx';
import type { ButtonSize, ButtonVariant } from '../ui/button-class.ts';
import { ConfirmDialog, DialogCancel } from '../ui/confirm-dialog.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { FormOutcome, fieldRefusal } from './refusal.tsx';
import { typed, useActionForm } from './use-action-form.ts';

export type ConfirmActionProps = {
  action: FormAction;
  /** On the button that opens it, and on the one that does it. */
  label: string;
  title: string;
  text: string;
  /** Asks for the reason under this label; field `reason`. */
  reasonLabel?: string;
  reasonHint?: string;
  /** It is not done without one. */
  reasonRequired?: boolean;
  variant?: ButtonVariant;
  /** Of the button that opens it. */
  size?: ButtonSize;
  disabledReason?: string | null;
  hidden?: Readonly<Record<string, string>>;
};

/** An action that is asked about first. Not allowed is said on the button itself. */
export function ConfirmAction({ disabledReason, ...props }: ConfirmActionProps) {
  if (disabledReason) {
    return (
      <Button variant={props.variant ?? 'danger'} size={props.size} disabledReason={disabledReason}>
        {props.label}
      </Button>
    );
  }
  return <Confirmed {...props} />;
}

function Confirmed({
  action,
  label,
  title,
  text,
  reasonLabel,
  reasonHint,
  reasonRequired = false,
  variant = 'danger',
  size,
  hidden = {},
}: Omit<ConfirmActionProps, 'disabledReason'>) {
  const [open, setOpen] = useState(false);
  const { state, pending, formProps } = useActionForm(action);

  // What came of it stands on the page behind.
  useEffect(() => {
    if (state.status === 'done') setOpen(false);
  }, [state]);

  return (
    <ConfirmDialog
      trigger={label}
      triggerVariant={variant}
      triggerSize={size}
      title={title}
      description={text}
      open={open}
      onOpenChange={setOpen}
    >
      <form {...formProps} className="flex flex-col gap-4">
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {reasonLabel ? (
          <TextArea
            name="reason"
            label={reasonLabel}
            description={reasonHint}
            optional={reasonRequired ? undefined : common.optional}
            required={reasonRequired}
            defaultValue={typed(state, 'reason')}
            error={fieldRefusal(state, 'reason')}
            rows={2}
            maxLength={1000}
          />
        ) : null}
        <FormOutcome state={state} fields={['reason']} />
        <div className="flex flex-wrap justify-end gap-2">
          <DialogCancel>{common.cancel}</DialogCancel>
          <SubmitButton variant={variant} pending={pending} pendingLabel={common.sending}>
            {label}
          </SubmitButton>
        </div>
      </form>
    </ConfirmDialog>
  );
}
