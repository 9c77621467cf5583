import type { MailEntries, MailEntry, MailSubjectEntry } from '../../../lib/domain/mail-values.ts';
import { listUrl } from '../mail-links.ts';
import type { MailContext } from '../mail-template.ts';
import { addressCount } from '../words/force.ts';
import { AddressLine } from './address-line.tsx';
import { EntryList } from './entry-list.tsx';

type Concerned = { entry: MailSubjectEntry | null; listed: MailEntries | null };

/** The entries that a mail about force names: its own one, or a list. */
export function concernedEntries({ entry, listed }: Concerned): {
  entries: readonly MailEntry[];
  total: number;
} {
  if (listed !== null) return listed;
  if (entry === null) throw new Error('this mail is about entries and names none');
  return { entries: [entry], total: 1 };
}

/** What the subject calls them: the address itself, or how many there are. */
export function concernedText(concerned: Concerned): string {
  const { entries, total } = concernedEntries(concerned);
  const [only] = entries;
  return total === 1 && only !== undefined ? only.network : addressCount(total);
}

/** Where they are found: the page of the one, or the list. */
export function concernedUrl(context: MailContext, concerned: Concerned, one: (entry: MailEntry) => string) {
  const { entries, total } = concernedEntries(concerned);
  const [only] = entries;
  return total === 1 && only !== undefined ? one(only) : listUrl(context, entries);
}

export function ForceSubject({ context, ...concerned }: Concerned & { context: MailContext }) {
  const { entries, total } = concernedEntries(concerned);
  const [only] = entries;
  return total === 1 && only !== undefined ? (
    <AddressLine entry={only} />
  ) : (
    <EntryList entries={entries} total={total} context={context} />
  );
}
