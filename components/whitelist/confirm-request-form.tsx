'use client';

import Link from 'next/link';
import type { FormAction } from '../../lib/web/action-state.ts';
import { requestForm } from '../../lib/web/messages/request-form.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { paths } from '../../lib/web/paths.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { Checkbox } from '../ui/checkbox.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

/** An owner declares what support could not, and accepts responsibility with the button. */
export function ConfirmRequestForm({
  action,
  disabledReason,
}: {
  action: FormAction;
  disabledReason: string | null;
}) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} className="flex flex-col items-start gap-3 text-ink">
      {(['static', 'dedicated'] as const).map((name) => (
        <Checkbox
          key={name}
          name={name}
          label={requestForm[name]}
          defaultChecked={typed(state, name) === 'on'}
          error={fieldRefusal(state, name)}
        />
      ))}
      <p>
        {requestForm.responsible}{' '}
        <Link href={paths.terms()} target="_blank" className="rounded-chip underline underline-offset-3">
          {requestForm.readTerms}
        </Link>
      </p>
      <FormOutcome state={state} fields={['static', 'dedicated']} />
      <SubmitButton pending={pending} disabledReason={disabledReason}>
        {whitelist.actions.accept}
      </SubmitButton>
    </form>
  );
}
