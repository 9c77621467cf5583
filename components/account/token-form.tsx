'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { account } from '../../lib/web/messages/account.ts';
import { common } from '../../lib/web/messages/common.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { Select } from '../ui/select.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextField } from '../ui/text-field.tsx';

const words = account.tokens;

export type TokenFormProps = { action: FormAction; scopes: readonly (keyof typeof words.scopes)[] };

/** Makes a token, and shows it the one time that it can be seen. */
export function TokenForm({ action, scopes }: TokenFormProps) {
  const { state, pending, formProps } = useActionForm(action, { emptyWhenDone: true });
  return (
    <form {...formProps} className="flex max-w-[32rem] flex-col gap-4">
      <FormOutcome state={state} fields={['name', 'scope', 'expires']} />
      {state.status === 'done' && state.value ? (
        <CopyField value={state.value} copyLabel={words.copy} copiedLabel={common.copied} />
      ) : null}
      <TextField
        name="name"
        label={words.name}
        description={words.nameHint}
        defaultValue={typed(state, 'name')}
        error={fieldRefusal(state, 'name')}
        maxLength={100}
        required
      />
      <Select
        name="scope"
        label={words.scope}
        options={scopes.map((scope) => ({ value: scope, label: words.scopes[scope] }))}
        defaultValue={typed(state, 'scope')}
        error={fieldRefusal(state, 'scope')}
      />
      <Select
        name="expires"
        label={words.expires}
        options={Object.entries(words.expiry).map(([value, label]) => ({ value, label }))}
        defaultValue={typed(state, 'expires') ?? '90'}
        error={fieldRefusal(state, 'expires')}
      />
      <SubmitButton pending={pending} className="self-start">
        {words.button}
      </SubmitButton>
    </form>
  );
}
