import type { RedactedSample } from './mail-values.ts';
import { visibleLine } from './one-line.ts';

const LONGEST_SUBJECT = 60;

/**
 * A message as its owner may be shown it: the sender, since it names the device; of the recipient only the domain
 * and a first letter; of the subject the beginning, without the figures that may be somebody's numbers.
 * @param message `at` in ISO 8601; addresses without angle brackets; `subject` decoded
 */
export function redactSample(message: {
  at: string;
  sender: string;
  recipient: string;
  subject: string;
}): RedactedSample {
  return {
    at: message.at,
    sender: visibleLine(message.sender) || '(none)',
    recipient: redactMailbox(visibleLine(message.recipient)),
    subject: redactSubject(visibleLine(message.subject)),
  };
}

/** Enough of an address to tell two from each other: the first letter, and the domain. */
export function redactMailbox(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 1) return '…';
  return `${[...address][0]}…${address.slice(at)}`;
}

function redactSubject(subject: string): string {
  const letters = [...subject.replace(/\p{N}/gu, '•').replace(/(?<!\S)\S+@\S+/gu, '…')];
  return letters.length <= LONGEST_SUBJECT
    ? letters.join('')
    : `${letters
        .slice(0, LONGEST_SUBJECT - 1)
        .join('')
        .trimEnd()}…`;
}
