import type { Database } from '../../db/client.ts';
import { type Entry, type EntryFilter, evaluateEntry, listEntries } from '../../db/queries/entries.ts';
import { displayNetwork } from '../../db/queries/entry-facts.ts';
import { listEntryEvents, listThread } from '../../db/queries/events.ts';
import { findPersonByEmail } from '../../db/queries/people.ts';
import { entryStates } from '../../lib/domain/entry-lifecycle.ts';
import { formatNetwork, parseNetwork } from '../../lib/domain/network.ts';
import { markCritical } from '../../lib/operations/mark-critical.ts';
import { removeEntry } from '../../lib/operations/remove-entry.ts';
import { operatorActor } from '../../lib/operations/result.ts';
import { suspendEntry } from '../../lib/operations/suspend-entry.ts';
import { entryDetailJson } from '../../lib/web/api/entry-json.ts';
import { type Command, done, failed, misused } from './command.ts';
import { describeEntry, summaryOf } from './describe-entry.ts';
import { entryOf, notAnAddress } from './find-entry.ts';
import { refusedBy } from './refusal-sentence.ts';
import { table } from './table.ts';

const ROWS_AT_ONCE = 1000;

export const entryListCommand: Command = {
  name: 'entry list',
  words: ['[ADDRESS]'],
  options: {
    status: { value: 'STATUS', oneOf: entryStates },
    network: { value: 'CIDR' },
    'decided-by': { value: 'EMAIL' },
  },
  summary:
    'List entries, newest first; those that cover an address, lie in a network, or were decided by somebody',
  run: async ({ database, words, options }) => {
    const parsed = words.ADDRESS === undefined ? null : parseNetwork(words.ADDRESS);
    if (parsed !== null && !parsed.ok) return misused(notAnAddress(words.ADDRESS ?? '', parsed.suggestions));
    const within = typeof options.network === 'string' ? parseNetwork(options.network) : null;
    if (within !== null && !within.ok) {
      return misused(notAnAddress(String(options.network), within.suggestions));
    }
    const email = options['decided-by'];
    const decider = typeof email === 'string' ? await findPersonByEmail(database, email) : null;
    if (decider === undefined) return failed('not_found', `Nobody has the e-mail address ${email}.`);
    const listed = await listAll(database, {
      address: parsed === null ? undefined : formatNetwork(parsed.network),
      within: within === null ? undefined : formatNetwork(within.network),
      decidedBy: decider?.person.id,
      status: entryStates.filter((state) => options.status === undefined || state === options.status),
    });
    const text = table(
      ['NETWORK', 'STATUS', 'STATE', 'ACCOUNT', 'SERVER', 'ID'],
      listed.map(({ network, status, state, account, server, id }) => [
        network,
        status,
        state,
        account,
        server,
        id,
      ]),
    );
    return done(listed.length === 0 ? 'No entries.' : text, listed);
  },
};

async function listAll(database: Database, filter: EntryFilter): Promise<ReturnType<typeof summaryOf>[]> {
  const listed: ReturnType<typeof summaryOf>[] = [];
  let cursor: string | undefined;
  do {
    const page = await listEntries(database, 'operator', filter, { limit: ROWS_AT_ONCE, cursor });
    for (const row of page.rows) listed.push(summaryOf(row));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return listed;
}

export const entryShowCommand: Command = {
  name: 'entry show',
  words: ['ADDRESS'],
  options: {},
  summary: 'Show the entry that covers an address, with its requirements and history',
  run: async ({ database, words, now }) => {
    const found = await entryOf(database, words.ADDRESS ?? '', { whatever: true });
    if (!found.ok) return found.result;
    const { id } = found.entry.entry;
    const events = await listEntryEvents(database, id, 'staff');
    const thread = await listThread(database, id, 'staff');
    const evaluated = await evaluateEntry(database, found.entry, now);
    const json = entryDetailJson(evaluated, { events, thread }, { audience: 'staff', proof: null, now });
    return done(describeEntry(json), json);
  },
};

export const entrySuspendCommand: Command = {
  name: 'entry suspend',
  words: ['ADDRESS'],
  options: { reason: { value: 'R', required: true } },
  summary: 'Take the live entry that covers an address out of force for a while',
  run: async ({ database, words, options, now }) => {
    const found = await entryOf(database, words.ADDRESS ?? '');
    if (!found.ok) return found.result;
    const { id } = found.entry.entry;
    const reason = String(options.reason);
    const result = await suspendEntry({ database, actor: operatorActor, id, now, side: 'staff', reason });
    return result.ok ? changed('suspended', { ...found.entry, entry: result.entry }) : refusedBy(result);
  },
};

export const entryRemoveCommand: Command = {
  name: 'entry remove',
  words: ['ADDRESS'],
  options: { reason: { value: 'R', required: true }, abuse: {} },
  summary: 'Take the live entry that covers an address out of the whitelist for good',
  run: async ({ database, words, options, now }) => {
    const found = await entryOf(database, words.ADDRESS ?? '');
    if (!found.ok) return found.result;
    const { id } = found.entry.entry;
    const reason = String(options.reason);
    const abuse = options.abuse === true;
    const result = await removeEntry({
      database,
      actor: operatorActor,
      id,
      now,
      side: 'staff',
      reason,
      abuse,
    });
    return result.ok ? changed('removed', { ...found.entry, entry: result.entry }) : refusedBy(result);
  },
};

export const entryCriticalCommand: Command = {
  name: 'entry critical',
  words: ['ADDRESS', 'on|off'],
  options: { reason: { value: 'R', required: true } },
  summary: 'Let nothing automatic take the live entry that covers an address out of force',
  run: async ({ database, words, options, now }) => {
    const found = await entryOf(database, words.ADDRESS ?? '');
    if (!found.ok) return found.result;
    const { id } = found.entry.entry;
    const reason = String(options.reason);
    const critical = words['on|off'] === 'on';
    const result = await markCritical({ database, actor: operatorActor, id, now, critical, reason });
    const how = critical ? 'critical' : 'critical no more';
    return result.ok ? changed(how, { ...found.entry, entry: result.entry }) : refusedBy(result);
  },
};

function changed(how: string, after: Entry) {
  const { id, network, account, server, status, revision } = { ...summaryOf(after), ...after.entry };
  return done(`${displayNetwork(network)} of ${account} is ${how}, in revision ${revision}.`, {
    id,
    network: displayNetwork(network),
    account,
    server,
    status,
    revision,
  });
}
