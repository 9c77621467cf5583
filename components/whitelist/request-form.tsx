'use client';

import Link from 'next/link';
import { useRef } from 'react';
import type { FormAction } from '../../lib/web/action-state.ts';
import { common } from '../../lib/web/messages/common.ts';
import { requestForm } from '../../lib/web/messages/request-form.ts';
import { paths } from '../../lib/web/paths.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { Checkbox } from '../ui/checkbox.tsx';
import { Names } from '../ui/names.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { TextField } from '../ui/text-field.tsx';
import { RequestDetails, requestDetailFields } from './request-details.tsx';
import { Suggestions } from './suggestions.tsx';

export type RequestFormProps = {
  action: FormAction;
  server: string;
  /** Verified domains of the server: what the address may send as. None: nothing can be asked for yet. */
  senderDomains: readonly string[];
  /** An owner does, here; a member only asks, and an owner confirms. */
  acceptsResponsibility: boolean;
  /** After so many months an entry without a lease's end is reviewed, by the policy. */
  reviewMonths: number;
  /** Where the person is now, when it is a public address: often the very one. */
  clientAddress?: string | null;
  /** Filled in from a link. */
  initialNetwork?: string;
};

const words = requestForm;
const attestations = ['static', 'dedicated', 'responsible'] as const;
const fields = ['network', 'purpose', ...attestations, ...requestDetailFields];

/** Asks for an address. Every refusal stands beside its field and everything typed stays. */
export function RequestForm({
  action,
  server,
  senderDomains,
  acceptsResponsibility,
  reviewMonths,
  clientAddress,
  initialNetwork,
}: RequestFormProps) {
  const { state, pending, formProps } = useActionForm(action);
  const network = useRef<HTMLInputElement>(null);

  function fillNetwork(value: string) {
    if (!network.current) return;
    network.current.value = value;
    network.current.focus();
  }

  const suggestions =
    state.status === 'refused' && state.field === 'network' ? (state.suggestions ?? []) : [];

  return (
    <form {...formProps} className="flex max-w-[40rem] flex-col gap-6">
      <input type="hidden" name="server" value={server} />
      <FormOutcome state={state} fields={fields} />

      <div className="flex flex-col gap-2">
        <TextField
          ref={network}
          name="network"
          label={words.network}
          description={words.networkHint}
          placeholder={words.networkPlaceholder}
          defaultValue={typed(state, 'network') ?? initialNetwork}
          error={fieldRefusal(state, 'network', <Suggestions values={suggestions} fill={fillNetwork} />)}
          required
          mono
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        {clientAddress ? (
          <button
            type="button"
            onClick={() => fillNetwork(clientAddress)}
            className="self-start rounded-chip text-small underline decoration-line-strong underline-offset-3 hover:decoration-current"
          >
            {words.takeYourAddress(clientAddress)}
          </button>
        ) : null}
      </div>

      <TextArea
        name="purpose"
        label={words.purpose}
        description={words.purposeHint}
        placeholder={words.purposePlaceholder}
        defaultValue={typed(state, 'purpose')}
        error={fieldRefusal(state, 'purpose')}
        required
        rows={2}
      />

      {senderDomains.length > 0 ? (
        <div>
          <p className="font-medium">{words.senders}</p>
          <Names list={senderDomains} more={common.moreNames} />
          <p className="text-second text-small">{words.sendersHint}</p>
        </div>
      ) : null}

      <fieldset className="flex flex-col gap-3 rounded-card border border-line bg-surface p-5">
        <legend className="sr-only">{words.attestations}</legend>
        <p aria-hidden className="font-medium">
          {words.attestations}
        </p>
        {attestations.map((name) => (
          <Checkbox
            key={name}
            name={name}
            label={words[name]}
            description={
              name === 'responsible' ? (
                <>
                  {acceptsResponsibility ? words.responsibleHint : words.needsOwner}{' '}
                  <Link
                    href={paths.terms()}
                    target="_blank"
                    className="rounded-chip text-ink underline underline-offset-3"
                  >
                    {words.readTerms}
                  </Link>
                </>
              ) : undefined
            }
            defaultChecked={typed(state, name) === 'on'}
            error={fieldRefusal(state, name)}
            required
          />
        ))}
      </fieldset>

      <RequestDetails state={state} reviewMonths={reviewMonths} />

      <div className="flex flex-col items-start gap-2.5">
        <SubmitButton
          pending={pending}
          pendingLabel={words.pending}
          disabledReason={senderDomains.length === 0 ? words.domainFirst : null}
        >
          {words.submit}
        </SubmitButton>
        <p className="text-second text-small">{words.whatFollows}</p>
      </div>
    </form>
  );
}
