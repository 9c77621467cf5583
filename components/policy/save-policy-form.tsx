'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { policy as policyWords } from '../../lib/web/messages/policy.ts';
import { ReasonField } from '../form/reason-field.tsx';
import { FormOutcome } from '../form/refusal.tsx';
import { useActionForm } from '../form/use-action-form.ts';
import { ButtonLink } from '../ui/button-link.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

const words = policyWords.preview;

/** Saves a previewed change with its reason. What was typed stays when somebody else was faster. */
export function SavePolicyForm({
  action,
  draft,
  version,
  editHref,
}: {
  /** Gets `draft`, `version` (the one that the change is put over) and `reason`. */
  action: FormAction;
  draft: string;
  version: number;
  editHref: string;
}) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} className="flex max-w-[40rem] flex-col gap-4">
      <input type="hidden" name="draft" value={draft} />
      <input type="hidden" name="version" value={version} />
      <ReasonField state={state} label={words.reason} hint={words.reasonHint} />
      <FormOutcome state={state} fields={['reason']} />
      <div className="flex flex-wrap gap-2">
        <SubmitButton pending={pending} pendingLabel={policyWords.pending}>
          {words.save(version + 1)}
        </SubmitButton>
        <ButtonLink href={editHref}>{words.edit}</ButtonLink>
      </div>
    </form>
  );
}
