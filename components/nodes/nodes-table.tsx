import { staff } from '../../lib/web/messages/staff.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { When } from '../time/when.tsx';
import { classNames } from '../ui/class-names.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { Table } from '../ui/table.tsx';
import { type Tone, toneText } from '../ui/tone.ts';
import { StatusDrawing, type StatusIcon } from '../whitelist/status-icons.tsx';

export type NodeRowView = {
  name: string;
  region: string | null;
  state: 'current' | 'behind' | 'silent' | 'disagrees';
  /** Changes that it does not enforce yet. */
  behindBy: number;
  revision: number | null;
  entries: number | null;
  lagMs: number | null;
  lastSeenAt: number;
  /** Entries that it refuses since a restore until staff confirm them. */
  heldBack: number;
};

const words = staff.nodes;

const looks = {
  current: ['open', 'in-force'],
  behind: ['due', 'waiting'],
  silent: ['closed', 'out'],
  disagrees: ['closed', 'out'],
} as const satisfies Record<NodeRowView['state'], readonly [StatusIcon, Tone]>;

function NodeState({ row }: { row: NodeRowView }) {
  const [icon, tone] = looks[row.state];
  return (
    <>
      <p className={classNames('flex items-center gap-2 font-medium', toneText[tone])}>
        <StatusDrawing icon={icon} className="size-4 shrink-0" />
        {words.states[row.state]}
      </p>
      {row.state === 'disagrees' ? <p className="text-second text-small">{words.disagrees}</p> : null}
      {row.heldBack > 0 ? <p className="text-second text-small">{words.holdsBack(row.heldBack)}</p> : null}
      {row.behindBy > 0 ? <p className="text-second text-small">{words.behindBy(row.behindBy)}</p> : null}
    </>
  );
}

const number = (value: number | null) => (value === null ? '–' : value.toLocaleString('en'));

/** Each SMTP node: whether it follows, which revision it enforces, how far behind it is. */
export function NodesTable({ rows, clock }: { rows: readonly NodeRowView[]; clock: Clock }) {
  if (rows.length === 0) return <EmptyState title={words.emptyTitle}>{words.empty}</EmptyState>;
  return (
    <Table
      caption={words.caption}
      columns={[
        { key: 'node', heading: words.node, className: 'w-[24%] max-md:w-1/2' },
        { key: 'state', heading: words.state, className: 'w-[20%] max-md:w-1/2' },
        { key: 'revision', heading: words.revision, align: 'end', show: 'wide' },
        { key: 'lag', heading: words.lag, align: 'end', show: 'wide' },
        { key: 'entries', heading: words.entries, align: 'end', show: 'wide' },
        { key: 'seen', heading: words.lastSeen, align: 'end', show: 'wide' },
      ]}
      rows={rows.map((row) => ({
        key: row.name,
        cells: {
          node: (
            <>
              <p className="font-mono text-mono">{row.name}</p>
              {row.region ? <p className="text-second text-small">{row.region}</p> : null}
            </>
          ),
          state: <NodeState row={row} />,
          revision: number(row.revision),
          lag: row.lagMs === null ? '–' : whitelist.nodes.milliseconds(row.lagMs),
          entries: number(row.entries),
          seen: <When at={row.lastSeenAt} clock={clock} />,
        },
      }))}
    />
  );
}
