import { listNodes } from '../../db/queries/events.ts';
import { operatorActor } from '../../lib/operations/result.ts';
import { retireNode } from '../../lib/operations/retire-node.ts';
import { type Command, done, failed } from './command.ts';
import { refusedBy } from './refusal-sentence.ts';
import { table } from './table.ts';

export const nodeListCommand: Command = {
  name: 'node list',
  words: [],
  options: {},
  summary: 'List the SMTP nodes, the revision that each enforces, and when each was last heard of',
  run: async ({ database }) => {
    const nodes = (await listNodes(database)).map((node) => ({
      name: node.name,
      region: node.region,
      revision: node.revision,
      entries: node.entries,
      lag_ms: node.lagMs,
      last_seen_at: node.lastSeenAt.toISOString(),
    }));
    const text = table(
      ['NODE', 'REGION', 'REVISION', 'ENTRIES', 'LAST SEEN'],
      nodes.map((node) => [
        node.name,
        node.region ?? '-',
        String(node.revision ?? '-'),
        String(node.entries ?? '-'),
        node.last_seen_at,
      ]),
    );
    return done(nodes.length === 0 ? 'No node has reported yet.' : text, nodes);
  },
};

export const nodeRetireCommand: Command = {
  name: 'node retire',
  words: ['NAME'],
  options: {},
  summary: 'Count a node that was taken down for good no longer; it returns by reporting again',
  run: async ({ database, words, now }) => {
    const name = words.NAME ?? '';
    const result = await retireNode({ database, actor: operatorActor, name, now });
    if (!result.ok && result.code === 'not_found') return failed('not_found', `There is no node ${name}.`);
    return result.ok ? done(`${name} is retired.`, { name, retired: true }) : refusedBy(result);
  },
};
