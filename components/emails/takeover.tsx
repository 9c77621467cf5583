import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { dayText, momentText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { ProofBox } from './parts/proof-box.tsx';
import { common } from './words/common.ts';
import { force } from './words/force.ts';

const words = force.takeover;

/** Says nothing about who else may have the address, not even that somebody has. */
export function Takeover(props: MailProps<'takeover'>) {
  const { values, context } = props;
  const entry = entryOf(props);
  return (
    <>
      <AddressLine entry={entry} />
      {values.until === null ? (
        <Paragraph>{words.settled.text}</Paragraph>
      ) : (
        <>
          <Paragraph>{words.text(momentText(values.until, context.reader.timeZone))}</Paragraph>
          <ProofBox entry={entry} context={context} />
          <Paragraph>{words.notYours}</Paragraph>
        </>
      )}
      <ActionLink href={entryUrl(context, entry)}>{common.open}</ActionLink>
    </>
  );
}

export const takeover: MailTemplate<'takeover'> = {
  subject: (props) => (props.values.until === null ? words.settled : words).subject(entryOf(props).network),
  preview: ({ values, context }) =>
    values.until === null
      ? words.settled.preview
      : words.preview(dayText(values.until, context.reader.timeZone)),
  status: ({ values }) =>
    values.until === null
      ? { tone: 'force', word: words.settled.status }
      : { tone: 'waiting', word: words.status },
  title: ({ values }) => (values.until === null ? words.settled : words).title,
  Body: Takeover,
};
