'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { auth } from '../../lib/web/messages/auth.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextField } from '../ui/text-field.tsx';

const words = auth.signIn;

export type SignInFormProps = {
  action: FormAction;
  /** Where to go after it; the server checks that it is a path of ours. */
  next?: string | null;
};

/** Email and password. A wrong pair is said without telling which of the two it was. */
export function SignInForm({ action, next }: SignInFormProps) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} className="flex flex-col gap-4">
      {next ? <input type="hidden" name="next" value={next} /> : null}
      <FormOutcome state={state} fields={['email', 'password']} />
      <TextField
        name="email"
        type="email"
        label={words.email}
        defaultValue={typed(state, 'email')}
        error={fieldRefusal(state, 'email')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <TextField
        name="password"
        type="password"
        label={words.password}
        error={fieldRefusal(state, 'password')}
        autoComplete="current-password"
        required
      />
      <SubmitButton pending={pending} pendingLabel={words.pending} className="mt-1 w-full">
        {words.button}
      </SubmitButton>
    </form>
  );
}
