'use client';

import Link from 'next/link';
import type { FormAction } from '../../lib/web/action-state.ts';
import { requestForm } from '../../lib/web/messages/request-form.ts';
import { scope as words } from '../../lib/web/messages/scope.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { Checkbox } from '../ui/checkbox.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { RadioGroup } from '../ui/radio-group.tsx';
import { Select } from '../ui/select.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { TextField } from '../ui/text-field.tsx';
import type { ScopeFormView } from './scope-form-view.ts';

const fields = [
  'sender_domains',
  'recipient_domains',
  'tls',
  'messages_per_hour',
  'recipients_per_message',
  'message_bytes',
  'rarely_sends',
];

const tlsModes = (['offered', 'required', 'hidden'] as const).map((value) => ({
  value,
  label: requestForm.tlsOptions[value],
}));

/** Chooses what an entry may send. It starts from what is asked for, or from what holds. */
export function ScopeForm({ action, view }: { action: FormAction; view: ScopeFormView }) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <Disclosure
      summary={words.change}
      open={state.status !== 'idle' || undefined}
      summaryClassName="rounded-chip"
    >
      <form {...formProps} className="mt-3 flex flex-col gap-4">
        <p className="text-second">{view.open ? words.leadOpen : words.lead}</p>
        <SenderFields view={view} error={fieldRefusal(state, 'sender_domains')} />
        <TextArea
          name="recipient_domains"
          label={words.recipients}
          description={words.recipientsHint}
          defaultValue={typed(state, 'recipient_domains') ?? view.recipients}
          error={fieldRefusal(state, 'recipient_domains')}
          rows={2}
          spellCheck={false}
          autoCapitalize="none"
        />
        <Select name="tls" label={words.tls} options={tlsModes} defaultValue={view.tls} />
        <TextField
          name="messages_per_hour"
          inputMode="numeric"
          label={words.rate}
          description={words.rateHint(view.planRate)}
          defaultValue={typed(state, 'messages_per_hour') ?? view.rate}
          error={fieldRefusal(state, 'messages_per_hour')}
        />
        <TextField
          name="recipients_per_message"
          inputMode="numeric"
          label={words.perMessage}
          defaultValue={typed(state, 'recipients_per_message') ?? view.perMessage}
          error={fieldRefusal(state, 'recipients_per_message')}
        />
        <Select name="message_bytes" label={words.size} options={view.sizes} defaultValue={view.size} />
        <Checkbox
          name="rarely_sends"
          label={words.rarely}
          description={words.rarelyHint}
          defaultChecked={view.rarelySends}
        />
        <FormOutcome state={state} fields={fields} />
        <div>
          <SubmitButton pending={pending} pendingLabel={words.pending}>
            {words.save}
          </SubmitButton>
        </div>
      </form>
    </Disclosure>
  );
}

function SenderFields({ view, error }: { view: ScopeFormView; error: React.ReactNode }) {
  if (view.verified.length === 0) {
    return (
      <p className="text-second">
        {words.noDomain}{' '}
        <Link href={view.domainsHref} className="rounded-chip text-ink underline underline-offset-3">
          {words.addDomain}
        </Link>
      </p>
    );
  }
  return (
    <>
      <RadioGroup
        name="senders"
        label={words.senders}
        defaultValue={view.chosen === null ? 'all' : 'some'}
        error={error}
        options={[
          { value: 'all', label: words.allSenders },
          { value: 'some', label: words.someSenders },
        ]}
      />
      <fieldset className="flex flex-col gap-2 pl-7.5">
        <legend className="sr-only">{words.senderDomains}</legend>
        {view.verified.map((domain) => (
          <Checkbox
            key={domain}
            name="sender_domains"
            value={domain}
            label={domain}
            defaultChecked={view.chosen?.includes(domain) ?? true}
          />
        ))}
      </fieldset>
    </>
  );
}
