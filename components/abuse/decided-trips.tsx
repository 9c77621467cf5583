import type { FuseCause, FuseEffect } from '../../lib/domain/fuse.ts';
import { abuse } from '../../lib/web/messages/abuse.ts';
import { When } from '../time/when.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { Table } from '../ui/table.tsx';

export type DecidedTripView = {
  id: string;
  cause: FuseCause;
  effect: FuseEffect;
  trippedAt: number;
  /** `no_longer`: by itself, nobody has decided. */
  decision: 'applied' | 'discarded' | 'no_longer';
  decidedAt: number;
  person: string | null;
  reason: string;
};

const words = abuse.fuse;

/** What was decided about earlier trips. */
export function DecidedTrips({ rows, clock }: { rows: readonly DecidedTripView[]; clock: Clock }) {
  if (rows.length === 0) return null;
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">{words.beforeTitle}</h2>
      <Table
        caption={words.beforeCaption}
        columns={[
          { key: 'cause', heading: words.cause },
          { key: 'decision', heading: words.decision },
          { key: 'tripped', heading: words.tripped, show: 'wide', align: 'end' },
        ]}
        rows={rows.map((row) => ({
          key: row.id,
          cells: {
            cause: `${words.causes[row.cause]} ${words.effects[row.effect]}`,
            decision: (
              <>
                {words.before[row.decision]}, <When at={row.decidedAt} clock={clock} />
                {row.decision === 'no_longer' ? null : (
                  <p className="text-second text-small [overflow-wrap:anywhere]">
                    {words.by(row.person)}: “{row.reason}”
                  </p>
                )}
              </>
            ),
            tripped: <When at={row.trippedAt} clock={clock} />,
          },
        }))}
        top
      />
    </section>
  );
}
