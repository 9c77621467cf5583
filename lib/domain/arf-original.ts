import { parseMailDate } from './mail-date.ts';
import { decodeWords } from './mime-decode.ts';
import { allValues, firstValue, type MimeField, readFields } from './mime-entity.ts';

const attributionField = 'postern-attribution';
const mostAttributions = 10;
const longestText = 300;

/** What the header of a reported message says. It is the spammer's own text but for what can be verified. */
export type OriginalMessage = {
  /** Values of the fields in which a node of ours signs who answers for a message; still to be verified. */
  attributions: string[];
  messageId: string | null;
  from: string | null;
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
