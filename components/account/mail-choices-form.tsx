'use client';

import { type MailGroup, mailChoices } from '../../lib/domain/mail-kinds.ts';
import type { FormAction } from '../../lib/web/action-state.ts';
import { notifications } from '../../lib/web/messages/notifications.ts';
import { FormOutcome } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { Select } from '../ui/select.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

const words = notifications;

export type MailChoicesFormProps = {
  action: FormAction;
  groups: readonly { group: MailGroup; choice: (typeof mailChoices)[number] | null }[];
};

const options = (['usual', ...mailChoices] as const).map((value) => ({
  value,
  label: words.choices[value],
}));

/** One line for each group of mail that a person may choose about. */
export function MailChoicesForm({ action, groups }: MailChoicesFormProps) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} className="flex max-w-[32rem] flex-col gap-4">
      <FormOutcome state={state} />
      {groups.map(({ group, choice }) => (
        <Select
          key={group}
          name={group}
          label={words.groups[group].name}
          description={words.groups[group].description}
          options={options}
          defaultValue={typed(state, group) ?? choice ?? 'usual'}
        />
      ))}
      <div>
        <SubmitButton pending={pending} pendingLabel={words.saving}>
          {words.save}
        </SubmitButton>
      </div>
    </form>
  );
}
