'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { auth } from '../../lib/web/messages/auth.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextField } from '../ui/text-field.tsx';

const words = auth.invitation;

export type InvitationFormProps = {
  action: FormAction;
  /** Of the link; sent along as `token`. */
  token: string;
  email: string;
  name?: string | null;
};

/** Takes an invitation: name and a password. The email travels along so that a password manager keeps the pair. */
export function InvitationForm({ action, token, email, name }: InvitationFormProps) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} className="flex flex-col gap-4">
      <input type="hidden" name="token" value={token} />
      <input type="email" value={email} autoComplete="username" readOnly hidden />
      <FormOutcome state={state} fields={['name', 'password', 'again']} />
      <TextField
        name="name"
        label={words.name}
        defaultValue={typed(state, 'name') ?? name ?? undefined}
        error={fieldRefusal(state, 'name')}
        autoComplete="name"
        required
      />
      <TextField
        name="password"
        type="password"
        label={words.password}
        description={words.passwordHint}
        error={fieldRefusal(state, 'password')}
        autoComplete="new-password"
        required
      />
      <TextField
        name="again"
        type="password"
        label={words.again}
        error={fieldRefusal(state, 'again')}
        autoComplete="new-password"
        required
      />
      <SubmitButton pending={pending} pendingLabel={words.pending} className="mt-1 w-full">
        {words.button}
      </SubmitButton>
    </form>
  );
}
