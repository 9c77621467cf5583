'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { notifications } from '../../lib/web/messages/notifications.ts';
import { FormOutcome } from '../form/refusal.tsx';
import { useActionForm } from '../form/use-action-form.ts';
import { SubmitButton } from '../ui/submit-button.tsx';

const words = notifications.turnOff;

/** Opening a link changes nothing, since programs open links too: it takes this button. */
export function TurnOffMailForm({ action, token }: { action: FormAction; token: string }) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} className="flex flex-col gap-4">
      <FormOutcome state={state} />
      <input type="hidden" name="token" value={token} />
      {state.status === 'done' ? null : (
        <div>
          <SubmitButton pending={pending} pendingLabel={words.pending}>
            {words.button}
          </SubmitButton>
        </div>
      )}
    </form>
  );
}
