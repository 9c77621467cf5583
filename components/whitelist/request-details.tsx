'use client';

import type { ActionState } from '../../lib/web/action-state.ts';
import { requestForm } from '../../lib/web/messages/request-form.ts';
import { fieldRefusal } from '../form/refusal.tsx';
import { typed } from '../form/use-action-form.ts';
import { Checkbox } from '../ui/checkbox.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { Select } from '../ui/select.tsx';
import { TextField } from '../ui/text-field.tsx';

const words = requestForm;

export const requestDetailFields = [
  'label',
  'site',
  'contact',
  'provider',
  'tenure',
  'lease_end',
  'tls',
  'rarely_sends',
] as const;

const tenures = [
  { value: '', label: words.tenures.unset },
  { value: 'leased', label: words.tenures.leased },
  { value: 'owned', label: words.tenures.owned },
];

const tlsModes = (['offered', 'required', 'hidden'] as const).map((value) => ({
  value,
  label: words.tlsOptions[value],
}));

/** Open where something in it was filled in or refused, so that nothing typed is out of sight. */
function startsOpen(state: ActionState): boolean {
  if (state.status !== 'refused') return false;
  return requestDetailFields.some(
    (name) =>
      state.field === name ||
      state.fieldErrors?.[name] !== undefined ||
      (name !== 'tls' && Boolean(state.values?.[name])),
  );
}

/** What may be said about the address and need not be. */
export function RequestDetails({ state, reviewMonths }: { state: ActionState; reviewMonths: number }) {
  const field = (name: (typeof requestDetailFields)[number]) => ({
    name,
    defaultValue: typed(state, name),
    error: fieldRefusal(state, name),
  });
  return (
    <Disclosure
      summary={words.more}
      open={startsOpen(state)}
      className="rounded-card border border-line bg-surface"
      summaryClassName="rounded-card px-5 py-3.5"
    >
      <div className="flex flex-col gap-5 border-line border-t p-5">
        <p className="text-second">{words.moreHint}</p>
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField {...field('label')} label={words.label} description={words.labelHint} maxLength={100} />
          <TextField {...field('site')} label={words.site} maxLength={100} />
          <TextField
            {...field('contact')}
            label={words.contact}
            description={words.contactHint}
            maxLength={200}
          />
          <TextField {...field('provider')} label={words.provider} maxLength={100} />
          <Select {...field('tenure')} label={words.tenure} options={tenures} />
          <TextField
            {...field('lease_end')}
            type="date"
            label={words.leaseEnd}
            description={words.leaseEndHint(reviewMonths)}
          />
        </div>
        <Select {...field('tls')} label={words.tls} options={tlsModes} />
        <Checkbox
          name="rarely_sends"
          label={words.rarelySends}
          defaultChecked={typed(state, 'rarely_sends') === 'on'}
          error={fieldRefusal(state, 'rarely_sends')}
        />
      </div>
    </Disclosure>
  );
}
