import { readFromField } from './header-from.ts';
import type { HeaderField } from './header-section.ts';
import type { ToAscii } from './smtp-path.ts';
import type { SmtpRefusal } from './smtp-replies.ts';

/** RFC 5321 6.3: a message with more `Received:` fields than this goes round in a loop. */
const mostHops = 100;

/**
 * Does the header of a message stay within the sender scope? Exactly one From field, every mailbox in it of a domain
 * in scope. A null reverse-path makes no difference here: this is what answers for it.
 * @returns the refusal with its private reason, null for a header that passes
 */
export function decideHeader(
  fields: readonly HeaderField[],
  senderDomains: ReadonlySet<string>,
  toAscii: ToAscii,
): { readonly rule: SmtpRefusal; readonly reason: string } | null {
  const refused = (reason: string) => ({ rule: 'header_from_out_of_scope', reason }) as const;
  const from = fields.filter(({ name }) => name === 'from');
  const [field] = from;
  if (field === undefined) return refused('no From field');
  if (from.length > 1) return refused(`${from.length} From fields`);
  if (field.spaceBeforeColon) return refused('white space before the colon of From');
  const read = readFromField(field.folded, toAscii);
  if (!read.ok) return refused(`From field: ${read.code}`);
  const stranger = read.mailboxes.find(({ domain }) => !senderDomains.has(domain));
  if (stranger !== undefined) return refused(`From names ${stranger.domain}`);
  const hops = fields.reduce((count, { name }) => (name === 'received' ? count + 1 : count), 0);
  return hops > mostHops ? { rule: 'mail_loop', reason: `${hops} Received fields` } : null;
}
