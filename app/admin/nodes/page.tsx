import type { Metadata } from 'next';
import { NodesTable } from '../../../components/nodes/nodes-table.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { currentRevision, listNodes } from '../../../db/queries/events.ts';
import { clockOf } from '../../../lib/web/clock.ts';
import { messages } from '../../../lib/web/messages.ts';
import { portal } from '../../../lib/web/portal.ts';
import { requireStaff } from '../../../lib/web/session.ts';

const words = messages.staff.nodes;
/** Nodes report every few seconds; one that has said nothing for so long is silent. */
const SILENT_AFTER_MS = 60_000;

export const metadata: Metadata = { title: words.title };

export default async function NodesPage() {
  const session = await requireStaff('view_nodes');
  const { database } = portal();
  const clock = clockOf(session);
  const [nodes, revision] = await Promise.all([listNodes(database), currentRevision(database)]);
  return (
    <>
      <PageHeader title={words.title} lead={`${words.lead} ${words.clock(revision)}`} />
      <NodesTable
        clock={clock}
        rows={nodes.map((node) => {
          const behindBy = Math.max(0, revision - (node.revision ?? 0));
          const silent = clock.now - node.lastSeenAt.getTime() > SILENT_AFTER_MS;
          return {
            name: node.name,
            region: node.region,
            state: silent ? ('silent' as const) : behindBy > 0 ? ('behind' as const) : ('current' as const),
            behindBy,
            revision: node.revision,
            entries: node.entries,
            lagMs: node.lagMs,
            lastSeenAt: node.lastSeenAt.getTime(),
          };
        })}
      />
    </>
  );
}
