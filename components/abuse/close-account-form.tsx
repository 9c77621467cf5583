'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { abuse } from '../../lib/web/messages/abuse.ts';
import { ReasonField } from '../form/reason-field.tsx';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextField } from '../ui/text-field.tsx';

const words = abuse.incident.close;

/** Closes an account. Its slug is typed, so that nobody closes the wrong one by a slip. Gets `slug` and `reason`. */
export function CloseAccountForm({
  action,
  disabledReason,
}: {
  action: FormAction;
  disabledReason: string | null;
}) {
  const { state, pending, formProps } = useActionForm(action, { emptyWhenDone: true });
  return (
    <form {...formProps} aria-label={words.title} className="flex flex-col gap-3">
      <TextField
        name="slug"
        label={words.slug}
        description={words.slugHint}
        defaultValue={typed(state, 'slug')}
        error={fieldRefusal(state, 'slug')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <ReasonField state={state} label={words.reason} />
      <FormOutcome state={state} fields={['slug', 'reason']} />
      <div>
        <SubmitButton variant="danger" pending={pending} disabledReason={disabledReason}>
          {words.submit}
        </SubmitButton>
      </div>
    </form>
  );
}
