'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { domains as words } from '../../lib/web/messages/domains.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextField } from '../ui/text-field.tsx';

/** Names a domain that is to be verified. */
export function ClaimForm({
  action,
  server,
  waiting,
  disabledReason,
}: {
  action: FormAction;
  server: string;
  /** Domains that stand above and wait for their record. */
  waiting: readonly string[];
  disabledReason: string | null;
}) {
  const { state, pending, formProps } = useActionForm(action, { emptyWhenDone: true });
  // Verified or given up meanwhile, it stands above no more.
  const over = state.status === 'done' && state.value !== undefined && !waiting.includes(state.value);
  return (
    <form {...formProps} className="flex max-w-[32rem] flex-col items-start gap-4">
      <input type="hidden" name="server" value={server} />
      <TextField
        name="domain"
        label={words.name}
        description={words.nameHint}
        placeholder={words.namePlaceholder}
        defaultValue={typed(state, 'domain')}
        error={fieldRefusal(state, 'domain')}
        frameClassName="w-full"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      {over ? null : <FormOutcome state={state} fields={['domain']} />}
      <SubmitButton pending={pending} pendingLabel={words.pending} disabledReason={disabledReason}>
        {words.button}
      </SubmitButton>
    </form>
  );
}
