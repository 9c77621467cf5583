'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { abuse } from '../../lib/web/messages/abuse.ts';
import { ReasonField } from '../form/reason-field.tsx';
import { FormOutcome } from '../form/refusal.tsx';
import { useActionForm } from '../form/use-action-form.ts';
import { SubmitButton } from '../ui/submit-button.tsx';

const words = abuse.proposals;

/** The decision on a proposal. Gets `verb` (`do` or `dismiss`) and `reason`. */
export function ProposalForm({
  action,
  kind,
  doDisabled,
}: {
  action: FormAction;
  kind: 'suspend_account' | 'cancel_account';
  /** Why this person may not do it. */
  doDisabled: string | null;
}) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} aria-label={words.kinds[kind]} className="mt-4 flex flex-col gap-3">
      <ReasonField state={state} label={words.reason} />
      <FormOutcome state={state} fields={['reason']} />
      <div className="flex flex-wrap gap-2">
        <SubmitButton name="verb" value="dismiss" variant="secondary" pending={pending}>
          {words.dismiss}
        </SubmitButton>
        <SubmitButton name="verb" value="do" variant="danger" pending={pending} disabledReason={doDisabled}>
          {words.do[kind]}
        </SubmitButton>
      </div>
      <p className="-mt-1 text-second text-small">{words.follows[kind]}</p>
    </form>
  );
}
