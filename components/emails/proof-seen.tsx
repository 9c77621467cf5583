import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { momentText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { type Fact, FactTable } from './parts/fact-table.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { common } from './words/common.ts';
import { requests } from './words/requests.ts';

const words = requests.proofSeen;

export function ProofSeen(props: MailProps<'proof_seen'>) {
  const { values, context } = props;
  const entry = entryOf(props);
  const facts: Fact[] = [
    { name: words.from, value: values.address, code: true },
    { name: words.at, value: momentText(values.at, context.reader.timeZone) },
  ];
  if (values.ehlo !== null) facts.push({ name: words.ehlo, value: values.ehlo, code: true });
  if (values.method === 'sending') facts.push({ name: words.tls, value: values.tls ?? words.noTls });
  return (
    <>
      <AddressLine entry={entry} />
      <Paragraph>{words.seen[values.method]}</Paragraph>
      <FactTable facts={facts} />
      <Paragraph>{values.complete ? words.next : words.nextAddress}</Paragraph>
      <Paragraph quiet>{words.notYou}</Paragraph>
      <ActionLink href={entryUrl(context, entry)}>{common.openRequest}</ActionLink>
    </>
  );
}

export const proofSeen: MailTemplate<'proof_seen'> = {
  subject: (props) => words.subject(entryOf(props).network, props.values.complete),
  preview: ({ values }) => words.preview(values.complete),
  status: ({ values }) => ({
    tone: values.complete ? 'review' : 'waiting',
    word: words.status(values.complete),
  }),
  title: ({ values }) => words.title(values.complete),
  Body: ProofSeen,
};
