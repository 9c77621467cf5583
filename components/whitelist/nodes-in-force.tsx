import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { classNames } from '../ui/class-names.ts';
import { isInForce, isUndecided } from './entry-status.ts';
import { NodesWatch } from './nodes-watch.tsx';
import { StatusMark, type StatusView } from './status-mark.tsx';

export type NodesView = {
  nodes: readonly { name: string; enforced: boolean }[];
  /** Milliseconds until the last node followed the newest change; null while one is missing. */
  slowestMs: number | null;
};

const words = whitelist.nodes;

/** Where the entry stands, and that every node knows: one square a node, filled where it follows. */
export function NodesInForce({
  status,
  nodes,
  audience = 'owner',
}: {
  status: StatusView;
  nodes: NodesView;
  audience?: 'owner' | 'support';
}) {
  const total = nodes.nodes.length;
  const following = nodes.nodes.filter((node) => node.enforced).length;
  const took = nodes.slowestMs === null ? null : words.milliseconds(nodes.slowestMs);
  // Where some hold it back, it is told on how many it is in force.
  const inForce = isInForce(status.key) || status.key === 'held_back';
  const undecided = isUndecided(status.key);
  const closed = undecided ? words.known(following, total) : words.closed(following, total, took);
  return (
    <section aria-label={words.title} className="rounded-card border border-line bg-surface p-5">
      <StatusMark status={{ ...status, detail: null }} audience={audience} size="page" />
      <div aria-hidden className="mt-3 flex flex-wrap gap-1">
        {nodes.nodes.map((node) => (
          <span
            key={node.name}
            title={node.name}
            className={classNames(
              'ground-kept size-2.5 rounded-[2px] border',
              !node.enforced
                ? 'border-waiting bg-transparent'
                : inForce
                  ? 'border-in-force bg-in-force'
                  : 'border-second bg-second',
            )}
          />
        ))}
      </div>
      <p className="mt-1.5 text-second">
        {total === 0 ? words.noNodes : inForce ? words.inForce(following, total, took) : closed}
      </p>
      {status.key === 'held_back' && audience === 'support' ? (
        <p className="mt-1.5 text-second">{words.heldBack}</p>
      ) : null}
      <NodesWatch behind={following < total} />
    </section>
  );
}
