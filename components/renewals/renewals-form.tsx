'use client';

import Link from 'next/link';
import { useRef } from 'react';
import type { FormAction } from '../../lib/web/action-state.ts';
import { renewals as words } from '../../lib/web/messages/renewals.ts';
import { FormOutcome } from '../form/refusal.tsx';
import { useActionForm } from '../form/use-action-form.ts';
import { When } from '../time/when.tsx';
import { Button } from '../ui/button.tsx';
import { controlClass } from '../ui/field.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { SubmitButton } from '../ui/submit-button.tsx';
import { Table } from '../ui/table.tsx';
import { Address } from '../whitelist/address.tsx';

export type RenewalView = {
  id: string;
  href: string;
  network: string;
  name: string;
  server: string;
  reviewBy: number;
  overdue: boolean;
  leaseEnd: string | null;
  /** Why it is due out of turn, in words. */
  note: string | null;
  /** An owner of its account looks: others see it and cannot tick. */
  mine: boolean;
};

/** Everything that is due, to be ticked and renewed in one go. */
export function RenewalsForm({
  action,
  rows,
  clock,
  onSeveralPages,
  disabledReason,
}: {
  /** Gets each ticked `id`, and `lease_end.<id>` of those that are leased. */
  action: FormAction;
  rows: readonly RenewalView[];
  clock: Clock;
  /** There are more than stand here. */
  onSeveralPages: boolean;
  disabledReason: string | null;
}) {
  const { state, pending, formProps } = useActionForm(action);
  const table = useRef<HTMLDivElement>(null);

  function tickAll(checked: boolean) {
    const boxes = table.current?.querySelectorAll<HTMLInputElement>('input[name="id"]:not(:disabled)') ?? [];
    for (const box of boxes) box.checked = checked;
  }

  return (
    <form {...formProps} className="flex flex-col gap-5">
      <div className="flex gap-2">
        <Button size="small" onClick={() => tickAll(true)}>
          {onSeveralPages ? words.tickPage : words.tickAll}
        </Button>
        <Button size="small" variant="quiet" onClick={() => tickAll(false)}>
          {words.untickAll}
        </Button>
      </div>
      <div ref={table}>
        <Table
          caption={words.caption}
          columns={[
            { key: 'tick', heading: words.tick, quiet: true, className: 'w-10' },
            { key: 'address', heading: words.address },
            { key: 'server', heading: words.server, show: 'wide' },
            { key: 'review', heading: words.reviewBy },
          ]}
          rows={rows.map((row) => ({ key: row.id, cells: cellsOf(row, clock) }))}
        />
      </div>
      <p className="max-w-[44rem] text-second">
        {words.statement}
        {rows.some(({ leaseEnd }) => leaseEnd !== null) ? ` ${words.leaseStays}` : null}
      </p>
      <FormOutcome state={state} />
      <div>
        <SubmitButton pending={pending} pendingLabel={words.pending} disabledReason={disabledReason}>
          {words.renewTicked}
        </SubmitButton>
      </div>
    </form>
  );
}

function cellsOf(row: RenewalView, clock: Clock) {
  return {
    tick: (
      <input
        type="checkbox"
        name="id"
        value={row.id}
        aria-label={words.tickOne(row.network)}
        disabled={!row.mine}
        className="size-4.5 cursor-pointer accent-in-force"
      />
    ),
    address: (
      <>
        <Link href={row.href} className="rounded-chip">
          <Address network={row.network} className="text-mono" />
        </Link>
        <p className="text-second text-small">{row.name}</p>
      </>
    ),
    server: row.server,
    review: (
      <>
        <When at={row.reviewBy} clock={clock} as="date" />
        {row.overdue || row.note ? (
          <p className={row.overdue ? 'text-out text-small' : 'text-second text-small'}>
            {[row.overdue ? words.overdue : null, row.note].filter(Boolean).join(', ')}
          </p>
        ) : null}
        {row.leaseEnd === null ? null : (
          // Not a column of its own: whoever renews on a telephone has to type the new end as well.
          <label className="mt-1.5 block max-w-[11rem]">
            <span className="block text-second text-small">{words.lease}</span>
            <input
              type="date"
              name={`lease_end.${row.id}`}
              defaultValue={row.leaseEnd}
              aria-label={words.leaseOf(row.network)}
              className={controlClass}
            />
          </label>
        )}
      </>
    ),
  };
}
