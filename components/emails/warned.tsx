import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { momentText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { SignalList } from './parts/signal-list.tsx';
import { StepList } from './parts/step-list.tsx';
import { Subheading } from './parts/subheading.tsx';
import { abuse } from './words/abuse.ts';
import { common } from './words/common.ts';

const words = abuse.warned;

export function Warned(props: MailProps<'warned'>) {
  const { values, context } = props;
  const entry = entryOf(props);
  return (
    <>
      <AddressLine entry={entry} />
      <Paragraph>{words.text(momentText(values.since, context.reader.timeZone))}</Paragraph>
      <SignalList signals={values.signals} />
      <Paragraph>{words.rule}</Paragraph>
      <Subheading>{abuse.whatToDo}</Subheading>
      <StepList steps={abuse.steps} />
      <ActionLink href={entryUrl(context, entry)}>{common.open}</ActionLink>
    </>
  );
}

export const warned: MailTemplate<'warned'> = {
  subject: (props) => words.subject(entryOf(props).network),
  preview: () => words.preview,
  status: () => ({ tone: 'waiting', word: words.status }),
  title: () => words.title,
  Body: Warned,
};
