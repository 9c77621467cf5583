import { readHeaderSection } from '../../../lib/domain/header-section.ts';
import { decodeWords } from '../../../lib/domain/mime-decode.ts';
import { redactMailbox, redactSample } from '../../../lib/domain/redacted-sample.ts';

/** What the owner is shown of a message: nobody's whole address leaves the node. */
export type Sample = { sender: string; recipient: string; subject: string };

const longest = 300;

/** @param octets of the message from its first, dots unstuffed */
export function sampleOf(
  octets: Buffer,
  envelope: { sender: string; recipients: readonly string[] },
): Sample {
  const end = octets.indexOf('\r\n\r\n');
  const header = octets.toString('latin1', 0, end < 0 ? octets.length : end + 2);
  const { fields } = readHeaderSection(header);
  const subject = fields.find(({ name }) => name === 'subject')?.value ?? '';
  const { sender, subject: shown } = redactSample({
    at: '',
    sender: envelope.sender,
    recipient: '',
    subject: decodeWords(subject).slice(0, longest).toWellFormed(),
  });
  return {
    sender: sender.slice(0, longest),
    recipient: redactMailbox(envelope.recipients[0] ?? '').slice(0, longest),
    subject: shown,
  };
}
