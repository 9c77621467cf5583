'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { requestForm } from '../../lib/web/messages/request-form.ts';
import { staffAccount } from '../../lib/web/messages/staff-account.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { Checkbox } from '../ui/checkbox.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { TextField } from '../ui/text-field.tsx';

const words = staffAccount.request;
const fields = ['network', 'purpose', 'label', 'site', 'contact', 'rarely_sends'];

/** Support asks for an address of a customer. What only the customer can declare is left to their owner. */
export function OnBehalfForm({ action, server }: { action: FormAction; server: string }) {
  const { state, pending, formProps } = useActionForm(action);
  const field = (name: string) => ({
    name,
    defaultValue: typed(state, name),
    error: fieldRefusal(state, name),
  });
  return (
    <form {...formProps} className="flex max-w-[40rem] flex-col gap-6">
      <input type="hidden" name="server" value={server} />
      <FormOutcome state={state} fields={fields} />
      <TextField
        {...field('network')}
        label={requestForm.network}
        description={requestForm.networkHint}
        placeholder={requestForm.networkPlaceholder}
        required
        mono
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <TextArea
        {...field('purpose')}
        label={requestForm.purpose}
        placeholder={requestForm.purposePlaceholder}
        required
        rows={2}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField {...field('label')} label={requestForm.label} maxLength={100} />
        <TextField {...field('site')} label={requestForm.site} maxLength={100} />
        <TextField {...field('contact')} label={requestForm.contact} maxLength={200} />
      </div>
      <Checkbox
        name="rarely_sends"
        label={requestForm.rarelySends}
        defaultChecked={typed(state, 'rarely_sends') === 'on'}
      />
      <div className="flex flex-col items-start gap-2.5">
        <SubmitButton pending={pending} pendingLabel={words.pending}>
          {words.submit}
        </SubmitButton>
        <p className="text-second text-small">{words.whatFollows}</p>
      </div>
    </form>
  );
}
