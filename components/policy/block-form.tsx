'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { common } from '../../lib/web/messages/common.ts';
import { policy } from '../../lib/web/messages/policy.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextField } from '../ui/text-field.tsx';

const words = policy.blocked;

/** Blocks a network for new requests. */
export function BlockForm({ action, disabledReason }: { action: FormAction; disabledReason: string | null }) {
  const { state, pending, formProps } = useActionForm(action, { emptyWhenDone: true });
  const field = (name: string) => ({
    name,
    defaultValue: typed(state, name),
    error: fieldRefusal(state, name),
    readOnly: disabledReason !== null,
  });
  return (
    <form {...formProps} className="flex flex-col gap-4">
      <div className="grid gap-x-6 gap-y-4 sm:grid-cols-[2fr_1fr]">
        <TextField
          {...field('network')}
          label={words.network}
          description={words.networkHint}
          mono
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <TextField
          {...field('last_day')}
          type="date"
          label={words.expiresLabel}
          description={words.expiresHint}
          optional={common.optional}
        />
      </div>
      <TextField {...field('reason')} label={words.reason} description={words.reasonHint} maxLength={500} />
      <FormOutcome state={state} fields={['network', 'last_day', 'reason']} />
      <div>
        <SubmitButton pending={pending} pendingLabel={policy.pending} disabledReason={disabledReason}>
          {words.submit}
        </SubmitButton>
      </div>
    </form>
  );
}
