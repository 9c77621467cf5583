'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { account } from '../../lib/web/messages/account.ts';
import { auth } from '../../lib/web/messages/auth.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { useActionForm } from '../form/use-action-form.ts';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextField } from '../ui/text-field.tsx';

const words = account.security;

/** The email travels along so that a password manager keeps the pair. */
export function PasswordForm({ action, email }: { action: FormAction; email: string }) {
  const { state, pending, formProps } = useActionForm(action, { emptyWhenDone: true });
  return (
    <form {...formProps} className="flex max-w-[26rem] flex-col gap-4">
      <input type="email" value={email} autoComplete="username" readOnly hidden />
      <FormOutcome state={state} fields={['current', 'password', 'again']} />
      <TextField
        name="current"
        type="password"
        label={words.current}
        error={fieldRefusal(state, 'current')}
        autoComplete="current-password"
        required
      />
      <TextField
        name="password"
        type="password"
        label={words.next}
        description={auth.invitation.passwordHint}
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
      <SubmitButton pending={pending} className="self-start">
        {words.change}
      </SubmitButton>
    </form>
  );
}
