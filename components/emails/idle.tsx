import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { dayText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { FactTable } from './parts/fact-table.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { common } from './words/common.ts';
import { force } from './words/force.ts';

const words = force.idle;

export function Idle(props: MailProps<'idle'>) {
  const { values, context } = props;
  const { timeZone } = context.reader;
  const entry = entryOf(props);
  const last = values.lastMessageAt === null ? words.never : dayText(values.lastMessageAt, timeZone);
  return (
    <>
      <AddressLine entry={entry} />
      <FactTable facts={[{ name: words.last, value: last }]} />
      <Paragraph>{words.text(dayText(values.endsAt, timeZone))}</Paragraph>
      <Paragraph>{words.rarely}</Paragraph>
      <Paragraph>{words.remove}</Paragraph>
      <ActionLink href={entryUrl(context, entry)}>{common.open}</ActionLink>
    </>
  );
}

export const idle: MailTemplate<'idle'> = {
  subject: (props) => words.subject(entryOf(props).network),
  preview: ({ values, context }) => words.preview(dayText(values.endsAt, context.reader.timeZone)),
  status: () => ({ tone: 'waiting', word: words.status }),
  title: ({ values }) => words.title(values.day),
  Body: Idle,
};
