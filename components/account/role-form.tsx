'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { account } from '../../lib/web/messages/account.ts';
import { FormOutcome } from '../form/refusal.tsx';
import { useActionForm } from '../form/use-action-form.ts';
import { Select } from '../ui/select.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { accountRoles } from './invite-form.tsx';

const words = account.people;

export type RoleFormProps = {
  action: FormAction;
  accountId: string;
  personId: string;
  /** Whose role it is: many of these stand below each other. */
  person: string;
  role: string;
};

/** Another role for somebody who belongs to the account already. */
export function RoleForm({ action, accountId, personId, person, role }: RoleFormProps) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} className="flex flex-col gap-2">
      <input type="hidden" name="account" value={accountId} />
      <input type="hidden" name="person" value={personId} />
      <fieldset aria-label={person} className="flex flex-wrap items-end gap-2">
        <Select name="role" label={words.role} options={accountRoles} defaultValue={role} />
        <SubmitButton pending={pending} variant="secondary">
          {words.change}
        </SubmitButton>
      </fieldset>
      <FormOutcome state={state} />
    </form>
  );
}
