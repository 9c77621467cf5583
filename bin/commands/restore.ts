import { findEntry } from '../../db/queries/entries.ts';
import { listNodes } from '../../db/queries/events.ts';
import { confirmRestored } from '../../lib/operations/confirm-restored.ts';
import { operatorActor } from '../../lib/operations/result.ts';
import { type Command, done, failed, misused } from './command.ts';
import { summaryOf } from './describe-entry.ts';
import { refusedBy } from './refusal-sentence.ts';
import { table } from './table.ts';

export const restoreHeldCommand: Command = {
  name: 'restore held',
  words: [],
  options: {},
  summary:
    'List the entries that nodes refuse since the database was restored, because they had seen them end',
  run: async ({ database }) => {
    const nodes = await listNodes(database);
    const entries = [...new Set(nodes.flatMap(({ heldBack }) => heldBack))].sort();
    const count = Math.max(0, ...nodes.map(({ heldBackCount }) => heldBackCount));
    const held = [];
    for (const id of entries) {
      const found = await findEntry(database, 'operator', id);
      if (found !== undefined) held.push(summaryOf(found));
    }
    const text = table(
      ['NETWORK', 'STATE', 'ACCOUNT', 'SERVER', 'ENTRY'],
      held.map(({ network, state, account, server, id }) => [network, state, account, server, id]),
    );
    return done(entries.length === 0 ? 'No node holds anything back.' : text, { count, entries, held });
  },
};

export const restoreConfirmCommand: Command = {
  name: 'restore confirm',
  words: ['[ENTRY]'],
  options: { all: {} },
  summary: 'Let an entry in again that nodes refuse since the database was restored, or all of them',
  run: async ({ database, words, options, now }) => {
    if ((words.ENTRY === undefined) === (options.all === undefined))
      return misused('Name one entry, or --all.');
    const entryIds = words.ENTRY === undefined ? 'all' : [words.ENTRY];
    const result = await confirmRestored({ database, actor: operatorActor, entryIds, now });
    if (!result.ok && result.code === 'not_found') return failed('not_found', 'No node holds that back.');
    if (!result.ok) return refusedBy(result);
    const { confirmed, unnamed } = result;
    const more = unnamed > 0 ? ` Nodes hold back ${unnamed} more: ask again in a moment.` : '';
    return done(`${confirmed} confirmed.${more}`, { confirmed, unnamed });
  },
};
