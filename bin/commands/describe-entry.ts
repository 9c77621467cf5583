import type { Entry } from '../../db/queries/entries.ts';
import { displayNetwork } from '../../db/queries/entry-facts.ts';
import type { EntryDetailJson } from '../../lib/web/api/schemas/entry.ts';
import { hanging } from './printable.ts';
import { table } from './table.ts';

const MARGIN = 12;

/** An entry for a person at a terminal. */
export function describeEntry(entry: EntryDetailJson): string {
  const { scope } = entry;
  const facts: [string, string | null][] = [
    ['Network', entry.network],
    ['Status', `${entry.status} (${entry.in_force ? 'in force' : entry.state_reason})`],
    ['Account', `${entry.account}, server ${entry.server}`],
    ['Purpose', entry.purpose],
    ['Label', entry.label],
    ['Site', entry.site],
    ['Contact', entry.contact],
    ['Senders', scope.sender_domains.join(', ')],
    ['Recipients', scope.recipient_domains?.join(', ') ?? 'any'],
    ['Limits', `${scope.messages_per_hour} messages an hour, TLS ${scope.tls}, mode ${scope.mode}`],
    ['Critical', entry.critical ? 'yes: nothing automatic takes it out of force' : null],
    ['Expires', entry.expires_at],
    ['Revision', String(entry.revision)],
    ['Id', entry.id],
  ];
  const named = facts.flatMap(([name, value]) =>
    value === null ? [] : [`${name.padEnd(MARGIN)}${hanging(value, MARGIN)}`],
  );
  const requirements = table(
    ['REQUIREMENT', 'VERDICT', 'REASON'],
    entry.requirements.map(({ requirement, verdict, reason }) => [requirement, verdict, reason]),
  );
  const events = entry.events.map(({ at, message, quote }) =>
    hanging(`${at}  ${message}${quote === null ? '' : ` “${quote}”`}`, MARGIN),
  );
  return [...named, '', requirements, '', ...events].join('\n');
}

/** An entry as a row of a list. */
export function summaryOf({ entry, standing, account, server }: Entry) {
  return {
    id: entry.id,
    network: displayNetwork(entry.network),
    status: entry.status,
    state: standing.state,
    account: account.slug,
    server: server.slug,
    label: entry.label,
    revision: entry.revision,
    created_at: entry.createdAt.toISOString(),
  };
}
