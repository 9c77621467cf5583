import type { LadderStep, Rung } from '../../lib/domain/ladder-policy.ts';
import { abuse } from '../../lib/web/messages/abuse.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { RowLink } from '../ui/row-link.tsx';
import { Table } from '../ui/table.tsx';
import { Address } from '../whitelist/address.tsx';
import { StepMark } from './step-mark.tsx';

export type SeenRowView = {
  id: string;
  href: string;
  network: string;
  label: string | null;
  account: string;
  server: string;
  step: LadderStep;
  /** More is called for than was done, and why it was not. */
  notDone: { why: 'observed' | 'critical' | 'held'; rung: Rung } | null;
  /** "3 complaints, 1 listing". */
  seen: string;
  next: { rung: Rung; score: number; threshold: number } | null;
};

const words = abuse.seen;

/** Live addresses of which something was seen that counts, the one nearest to its next step first. */
export function SeenTable({ rows }: { rows: readonly SeenRowView[] }) {
  if (rows.length === 0) return <EmptyState title={words.emptyTitle}>{words.empty}</EmptyState>;
  return (
    <Table
      caption={words.caption}
      columns={[
        { key: 'address', heading: words.address, className: 'w-[26%] max-md:w-3/5' },
        { key: 'account', heading: words.account, show: 'wide', className: 'w-[16%]' },
        { key: 'step', heading: words.step, className: 'w-[22%]' },
        { key: 'seen', heading: words.seen, show: 'wide' },
        { key: 'next', heading: words.next, show: 'wide', align: 'end', className: 'w-[17%]' },
      ]}
      rows={rows.map((row) => ({
        key: row.id,
        cells: {
          address: (
            <>
              <RowLink href={row.href}>
                <Address network={row.network} className="text-mono" />
              </RowLink>
              {row.label === null ? null : (
                <p className="mt-px line-clamp-1 text-second text-small">{row.label}</p>
              )}
            </>
          ),
          account: (
            <>
              <p>{row.account}</p>
              <p className="text-second text-small">{row.server}</p>
            </>
          ),
          step: (
            <>
              <StepMark step={row.step} />
              {row.notDone === null ? null : (
                <p className="mt-1 text-small text-waiting">
                  {words.notDone[row.notDone.why](abuse.steps[row.notDone.rung])}
                </p>
              )}
            </>
          ),
          seen: row.seen,
          next:
            row.next === null ? (
              <span className="text-second">{words.highest}</span>
            ) : (
              <NextStep {...row.next} />
            ),
        },
      }))}
    />
  );
}

/** How near the next step is: in words, and as a bar beneath. */
function NextStep({ rung, score, threshold }: { rung: Rung; score: number; threshold: number }) {
  return (
    <div className="flex flex-col items-end gap-1">
      <span className="text-small tabular-nums">{words.toNext(score, threshold, rung)}</span>
      <span aria-hidden className="block h-1 w-24 overflow-hidden rounded-full bg-sunken">
        <span
          className="block h-full bg-waiting"
          style={{ width: `${Math.min(100, Math.round((100 * score) / threshold))}%` }}
        />
      </span>
    </div>
  );
}
