import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { dayText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { Quote } from './parts/quote.tsx';
import { requests } from './words/requests.ts';

const words = requests.question;

export function Question(props: MailProps<'question'>) {
  const { values, context } = props;
  const entry = entryOf(props);
  return (
    <>
      <AddressLine entry={entry} />
      <Quote>{values.question}</Quote>
      <Paragraph>{words.next(dayText(values.endsAt, context.reader.timeZone))}</Paragraph>
      <ActionLink href={entryUrl(context, entry)}>{words.action}</ActionLink>
    </>
  );
}

export const question: MailTemplate<'question'> = {
  subject: (props) => words.subject(entryOf(props).network),
  preview: () => words.preview,
  status: () => ({ tone: 'waiting', word: words.status }),
  title: () => words.title,
  Body: Question,
};
