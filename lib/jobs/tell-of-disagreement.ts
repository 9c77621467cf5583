import type { Database } from '../../db/client.ts';
import { listNodes } from '../../db/queries/events.ts';
import { disagreeingNodes } from '../domain/node-agreement.ts';
import { notifyStaff } from '../operations/notify.ts';

/** Nodes report every minute; what one said before it fell silent is compared with nobody. */
const heardWithinMs = 5 * 60_000;

/** Tells staff, once a day, of nodes that hold something else than others at the same revision. */
export async function tellOfDisagreement(
  database: Database,
  now: Date,
  onFailure: (error: unknown, what: string) => void,
): Promise<void> {
  const heard = (await listNodes(database)).filter(
    ({ lastSeenAt }) => now.getTime() - lastSeenAt.getTime() < heardWithinMs,
  );
  const nodes = disagreeingNodes(heard).map(({ name, revision, entries, hash }) => ({
    name,
    revision: revision ?? 0,
    entries: entries ?? 0,
    hash: hash ?? '',
  }));
  if (nodes.length === 0) return;
  const names = nodes.map(({ name }) => name).join(', ');
  onFailure(new Error(`at the same revision they hold different entries: ${names}`), 'comparing nodes');
  await database.transaction((transaction) =>
    notifyStaff(transaction, {
      kind: 'nodes_disagree',
      key: `${now.toISOString().slice(0, 10)}:${names}`,
      values: { nodes, at: now.toISOString() },
      now,
    }),
  );
}
