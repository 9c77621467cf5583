import type { MailEntry } from '../../../lib/domain/mail-values.ts';
import { entryUrl } from '../mail-links.ts';
import type { MailContext } from '../mail-template.ts';
import { LinkList } from './link-list.tsx';

type EntryListProps = {
  entries: readonly (MailEntry & { note?: string })[];
  total: number;
  context: MailContext;
};

/** Several addresses, each with what it is called and what is due. */
export function EntryList({ entries, total, context }: EntryListProps) {
  return (
    <LinkList
      items={entries.map((entry) => ({
        key: entry.id,
        href: entryUrl(context, entry),
        text: entry.network,
        code: true,
        note: [entry.label, entry.server, entry.note].filter((part) => part != null).join(', '),
      }))}
      more={total - entries.length}
    />
  );
}
