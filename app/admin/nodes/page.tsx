import { NodesTable } from '../../../components/nodes/nodes-table.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { currentRevision, listNodes } from '../../../db/queries/events.ts';
import { disagreeingNodes } from '../../../lib/domain/node-agreement.ts';
import { clockOf } from '../../../lib/web/clock.ts';
import { messages } from '../../../lib/web/messages.ts';
import { staffTitle } from '../../../lib/web/page-title.ts';
import { portal } from '../../../lib/web/portal.ts';
import { requireStaff } from '../../../lib/web/session.ts';

const words = messages.staff.nodes;
/** Nodes report every few seconds; one that has said nothing for so long is silent. */
const SILENT_AFTER_MS = 60_000;

export const generateMetadata = staffTitle(words.title, 'view_nodes');

export default async function NodesPage() {
  const session = await requireStaff('view_nodes');
  const { database } = portal();
  const clock = clockOf(session);
  const [nodes, revision] = await Promise.all([listNodes(database), currentRevision(database)]);
  const isSilent = (node: (typeof nodes)[number]) => clock.now - node.lastSeenAt.getTime() > SILENT_AFTER_MS;
  const disagreeing = new Set(
    disagreeingNodes(nodes.filter((node) => !isSilent(node))).map(({ name }) => name),
  );
  const stateOf = (node: (typeof nodes)[number], behindBy: number) => {
    if (isSilent(node)) return 'silent';
    if (disagreeing.has(node.name)) return 'disagrees';
    return behindBy > 0 ? 'behind' : 'current';
  };
  return (
    <>
      <PageHeader title={words.title} lead={`${words.lead} ${words.clock(revision)}`} />
      <NodesTable
        clock={clock}
        rows={nodes.map((node) => {
          const behindBy = Math.max(0, revision - (node.revision ?? 0));
          return {
            name: node.name,
            region: node.region,
            state: stateOf(node, behindBy),
            behindBy,
            revision: node.revision,
            entries: node.entries,
            lagMs: node.lagMs,
            lastSeenAt: node.lastSeenAt.getTime(),
            heldBack: node.heldBackCount,
          };
        })}
      />
    </>
  );
}
