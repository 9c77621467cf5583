'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { account } from '../../lib/web/messages/account.ts';
import { shell } from '../../lib/web/messages/shell.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { Select } from '../ui/select.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextField } from '../ui/text-field.tsx';

const words = account.people;

/** What a person can be in an account, the least first: so that nobody is made an owner by not looking. */
export const accountRoles = (['viewer', 'member', 'owner'] as const).map((value) => ({
  value,
  label: shell.roles[value],
}));

export function InviteForm({ action, accountId }: { action: FormAction; accountId: string }) {
  const { state, pending, formProps } = useActionForm(action, { emptyWhenDone: true });
  return (
    <form {...formProps} className="flex max-w-[32rem] flex-col gap-4">
      <input type="hidden" name="account" value={accountId} />
      <FormOutcome state={state} fields={['email', 'role']} />
      <TextField
        name="email"
        type="email"
        label={words.email}
        description={words.emailHint}
        defaultValue={typed(state, 'email')}
        error={fieldRefusal(state, 'email')}
        autoComplete="off"
        required
      />
      <Select
        name="role"
        label={words.role}
        options={accountRoles}
        defaultValue={typed(state, 'role') ?? 'member'}
        error={fieldRefusal(state, 'role')}
      />
      <SubmitButton pending={pending} className="self-start">
        {words.button}
      </SubmitButton>
    </form>
  );
}
