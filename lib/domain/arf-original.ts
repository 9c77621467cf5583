import { parseMailDate } from './mail-date.ts';
import { decodeWords } from './mime-decode.ts';
import {
  allValues,
  firstValue,
  type MimeField,
  readFields,
  withoutComments,
  withoutQuoted,
} from './mime-entity.ts';

const attributionField = 'postern-attribution';
const mostAttributions = 10;
const longestText = 300;
/** Nobody's From field is longer, and of one that is nothing is believed. */
const longestFrom = 4096;

/** What the header of a reported message says. It is the spammer's own text but for what can be verified. */
export type OriginalMessage = {
  /** Values of the fields in which a node of ours signs who answers for a message; still to be verified. */
  attributions: string[];
  messageId: string | null;
  from: string | null;
  /** The one domain that From names, lower case; null where it is not clear. */
  fromDomain: string | null;
  to: string | null;
  subject: string | null;
  date: Date | null;
};

/** @param text the message or only its header; latin1, lines ended by LF */
export function readOriginal(text: string): OriginalMessage {
  const { fields } = readFields(text);
  const date = firstValue(fields, 'date');
  return {
    attributions: allValues(fields, attributionField).slice(0, mostAttributions),
    messageId: shortened(fields, 'message-id'),
    from: shortened(fields, 'from'),
    fromDomain: domainOfSender(fields),
    to: shortened(fields, 'to'),
    subject: shortened(fields, 'subject'),
    date: date === undefined ? null : parseMailDate(date),
  };
}

function shortened(fields: readonly MimeField[], name: string): string | null {
  const value = firstValue(fields, name);
  if (value === undefined) return null;
  const text = decodeWords(value);
  // In whole characters: half of one could not be stored.
  return Array.from(text.slice(0, 2 * longestText))
    .slice(0, longestText)
    .join('')
    .replaceAll('\0', '')
    .toWellFormed();
}

/** The one domain that the From field of a message names, null where there is none or it is not clear. */
export function domainOfSender(fields: readonly MimeField[]): string | null {
  const values = allValues(fields, 'from');
  const [value = ''] = values;
  if (values.length !== 1 || value.length > longestFrom) return null;
  const text = withoutQuoted(withoutComments(value));
  const domains = new Set(
    [...text.matchAll(/@([A-Za-z0-9.-]{1,253})/g)].map(([, domain = '']) =>
      domain.toLowerCase().replace(/\.$/, ''),
    ),
  );
  const [domain] = domains;
  return domains.size === 1 && domain !== undefined && domain !== '' ? domain : null;
}
