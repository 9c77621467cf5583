'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { renewals as words } from '../../lib/web/messages/renewals.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextField } from '../ui/text-field.tsx';

/** Attests one entry anew; of a leased address also until when it is leased now. */
export function RenewForm({
  action,
  leaseEnd,
  disabledReason,
}: {
  action: FormAction;
  /** `YYYY-MM-DD`; null: not leased, or not known until when. */
  leaseEnd: string | null;
  disabledReason: string | null;
}) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} className="flex flex-col items-start gap-3">
      {leaseEnd === null ? null : (
        <TextField
          name="lease_end"
          type="date"
          label={words.lease}
          description={words.leaseHint}
          defaultValue={typed(state, 'lease_end') ?? leaseEnd}
          error={fieldRefusal(state, 'lease_end')}
          frameClassName="w-full"
        />
      )}
      <FormOutcome state={state} fields={['lease_end']} />
      <SubmitButton
        variant="secondary"
        pending={pending}
        pendingLabel={words.pending}
        disabledReason={disabledReason}
      >
        {words.renew}
      </SubmitButton>
      <p className="text-second text-small">{words.statement.replace('each ticked', 'the')}</p>
    </form>
  );
}
