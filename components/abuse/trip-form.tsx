'use client';

import Link from 'next/link';
import type { FormEvent } from 'react';
import type { FormAction } from '../../lib/web/action-state.ts';
import { abuse } from '../../lib/web/messages/abuse.ts';
import { ReasonField } from '../form/reason-field.tsx';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { When } from '../time/when.tsx';
import { RadioGroup } from '../ui/radio-group.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { SubmitButton } from '../ui/submit-button.tsx';
import { Table } from '../ui/table.tsx';
import { Address } from '../whitelist/address.tsx';

export type HeldItemView = {
  id: string;
  /** The address, or the slug of a server or an account. */
  name: string;
  isAddress: boolean;
  href: string | null;
  /** Whose it is, and of how many addresses. */
  detail: string;
  /** What would happen. */
  action: string;
  heldAt: number;
};

const words = abuse.fuse;

/**
 * What one trip of the fuse holds, and the decision on it. Gets `verb`, `which`, `seen`, each `item` that is ticked,
 * `reason`.
 */
export function TripForm({
  action,
  items,
  total,
  seenUntil,
  clock,
}: {
  action: FormAction;
  items: readonly HeldItemView[];
  total: number;
  /** When the last of all was held: while somebody reads, more may join. */
  seenUntil: number;
  clock: Clock;
}) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form
      {...formProps}
      onChange={followTicks}
      aria-label={words.title}
      className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_20rem]"
    >
      <input type="hidden" name="seen" value={seenUntil} />
      <div className="flex min-w-0 flex-col gap-3">
        <Table
          caption={words.caption}
          columns={[
            { key: 'pick', heading: words.choose, quiet: true, className: 'w-10' },
            { key: 'subject', heading: words.subject },
            { key: 'action', heading: words.action },
            { key: 'held', heading: words.heldAt, show: 'wide', align: 'end' },
          ]}
          rows={items.map((item) => ({
            key: item.id,
            cells: {
              pick: (
                <input
                  type="checkbox"
                  name="item"
                  value={item.id}
                  aria-label={words.pick(item.name)}
                  className="mt-1 size-4.5 cursor-pointer accent-in-force"
                />
              ),
              subject: (
                <>
                  <Subject item={item} />
                  <p className="text-second text-small [overflow-wrap:anywhere]">{item.detail}</p>
                </>
              ),
              action: item.action,
              held: <When at={item.heldAt} clock={clock} />,
            },
          }))}
          top
        />
        {total > items.length ? <p className="text-second">{words.shown(items.length, total)}</p> : null}
      </div>
      <div className="flex min-w-0 flex-col gap-4 xl:sticky xl:top-6">
        <RadioGroup
          name="which"
          label={words.which}
          defaultValue={typed(state, 'which') ?? 'all'}
          error={fieldRefusal(state, 'item')}
          options={[
            { value: 'all', label: words.all(total) },
            { value: 'ticked', label: words.ticked },
          ]}
        />
        <ReasonField state={state} label={words.reason} hint={words.reasonHint} />
        <FormOutcome state={state} fields={['reason', 'item']} />
        <div className="flex flex-wrap gap-2">
          <SubmitButton name="verb" value="discard" variant="secondary" pending={pending}>
            {words.discard}
          </SubmitButton>
          <SubmitButton name="verb" value="apply" variant="danger" pending={pending}>
            {words.apply}
          </SubmitButton>
        </div>
        <div className="-mt-1 flex flex-col gap-1 text-second text-small">
          {words.follows.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      </div>
    </form>
  );
}

/** Whoever ticks one means that one, and not all that is held. */
function followTicks({ currentTarget, target }: FormEvent<HTMLFormElement>): void {
  if (!(target instanceof HTMLInputElement) || target.name !== 'item' || !target.checked) return;
  const which = currentTarget.elements.namedItem('which');
  if (which instanceof RadioNodeList) which.value = 'ticked';
}

function Subject({ item }: { item: HeldItemView }) {
  const name = item.isAddress ? (
    <Address network={item.name} className="text-mono" />
  ) : (
    <span className="font-medium">{item.name}</span>
  );
  if (item.href === null) return name;
  return (
    <Link href={item.href} className="rounded-chip">
      {name}
    </Link>
  );
}
