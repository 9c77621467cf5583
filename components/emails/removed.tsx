import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { dayText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { Quote } from './parts/quote.tsx';
import { SampleList } from './parts/sample-list.tsx';
import { SignalList } from './parts/signal-list.tsx';
import { StepList } from './parts/step-list.tsx';
import { Subheading } from './parts/subheading.tsx';
import { common } from './words/common.ts';
import { force } from './words/force.ts';

const words = force.removed;

export function Removed(props: MailProps<'removed'>) {
  const { values, context } = props;
  const entry = entryOf(props);
  const abuse = values.cause === 'abuse';
  return (
    <>
      <AddressLine entry={entry} />
      <Paragraph>{words.saw[values.cause]}</Paragraph>
      {values.reason.trim() !== '' && (
        <>
          {values.cause !== 'owner' && <Paragraph quiet>{abuse ? words.why : common.supportSays}</Paragraph>}
          <Quote>{values.reason}</Quote>
        </>
      )}
      {abuse && <AbuseDetails {...props} />}
      {values.cause === 'owner' && <Paragraph quiet>{words.notYou}</Paragraph>}
      {values.cause === 'takeover' && <Paragraph>{words.stillYours}</Paragraph>}
      <ActionLink href={entryUrl(context, entry)}>{abuse ? words.appeal : common.open}</ActionLink>
    </>
  );
}

/** What was seen, what to do, and how to object. */
function AbuseDetails({ values, context }: MailProps<'removed'>) {
  const { timeZone } = context.reader;
  return (
    <>
      {values.signals.length > 0 && (
        <>
          <Subheading>{words.whatSeen}</Subheading>
          <SignalList signals={values.signals} />
        </>
      )}
      <SampleList samples={values.samples} timeZone={timeZone} />
      <Subheading>{words.whatToDo}</Subheading>
      <StepList steps={words.steps} />
      <Subheading>{words.appeal}</Subheading>
      <Paragraph>{words.appealText}</Paragraph>
      {values.coolDownUntil !== null && (
        <Paragraph>{words.coolDown(dayText(values.coolDownUntil, timeZone))}</Paragraph>
      )}
    </>
  );
}

export const removed: MailTemplate<'removed'> = {
  subject: (props) => words.subject(entryOf(props).network, props.values.cause === 'abuse'),
  preview: ({ values }) => words.preview(values.cause === 'abuse'),
  status: ({ values }) => ({ tone: 'out', word: words.status(values.cause === 'abuse') }),
  title: () => words.title,
  Body: Removed,
};
