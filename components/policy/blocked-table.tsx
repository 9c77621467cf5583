import Link from 'next/link';
import type { FormAction } from '../../lib/web/action-state.ts';
import { policy } from '../../lib/web/messages/policy.ts';
import { ConfirmAction } from '../form/confirm-action.tsx';
import { When } from '../time/when.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { type Column, Table } from '../ui/table.tsx';
import { Address } from '../whitelist/address.tsx';

export type BlockedView = {
  id: string;
  network: string;
  reason: string;
  by: string | null;
  at: number;
  expiresAt: number | null;
  entries: number;
  entriesHref: string;
};

const words = policy.blocked;

/** Blocked networks; those that hold can be ended. */
export function BlockedTable({
  caption,
  rows,
  clock,
  unblock,
}: {
  caption: string;
  rows: readonly BlockedView[];
  clock: Clock;
  /** Gets `id` and `reason`; left out where all have ended. */
  unblock?: { action: FormAction; disabledReason: string | null };
}) {
  const columns: Column[] = [
    { key: 'network', heading: words.network },
    { key: 'reason', heading: words.reason, show: 'wide', className: 'w-[40%]' },
    { key: 'expires', heading: words.expires, show: 'wide' },
    { key: 'entries', heading: words.entries, align: 'end', show: 'wide' },
  ];
  if (unblock !== undefined) columns.push({ key: 'end', heading: words.end, quiet: true, align: 'end' });
  return (
    <Table
      caption={caption}
      top
      columns={columns}
      rows={rows.map((row) => ({
        key: row.id,
        cells: {
          network: (
            <>
              <Address network={row.network} className="text-mono" />
              <p className="text-second text-small">
                {row.by ?? policy.history.installation}, <When at={row.at} clock={clock} as="date" />
              </p>
            </>
          ),
          reason: <span className="[overflow-wrap:anywhere]">{row.reason}</span>,
          expires:
            row.expiresAt === null ? words.until : <When at={row.expiresAt} clock={clock} as="moment" />,
          entries:
            row.entries === 0 ? (
              '0'
            ) : (
              <Link href={row.entriesHref} className="rounded-chip underline underline-offset-3">
                {row.entries.toLocaleString('en')}
              </Link>
            ),
          end:
            unblock === undefined ? null : (
              <ConfirmAction
                action={unblock.action}
                label={words.end}
                title={words.endTitle(row.network)}
                text={words.endText}
                reasonLabel={words.endReason}
                reasonRequired
                hidden={{ id: row.id }}
                disabledReason={unblock.disabledReason}
              />
            ),
        },
      }))}
    />
  );
}
