'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { notifications } from '../../lib/web/messages/notifications.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { Select } from '../ui/select.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

const words = notifications.timeZone;

export type TimeZoneFormProps = {
  action: FormAction;
  timeZone: string;
  zones: readonly { value: string; label: string }[];
};

/** By which clock somebody reads. */
export function TimeZoneForm({ action, timeZone, zones }: TimeZoneFormProps) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} className="flex max-w-[32rem] flex-col gap-4">
      <FormOutcome state={state} fields={['time_zone']} />
      <Select
        name="time_zone"
        label={words.label}
        description={words.hint}
        options={zones}
        defaultValue={typed(state, 'time_zone') ?? timeZone}
        error={fieldRefusal(state, 'time_zone')}
      />
      <div>
        <SubmitButton pending={pending} pendingLabel={notifications.saving} variant="secondary">
          {notifications.save}
        </SubmitButton>
      </div>
    </form>
  );
}
