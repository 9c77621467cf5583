import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { dayText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { FactTable } from './parts/fact-table.tsx';
import { NoticeBox } from './parts/notice-box.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { ProofBox } from './parts/proof-box.tsx';
import { common } from './words/common.ts';
import { requests } from './words/requests.ts';

const words = requests.received;

export function Received(props: MailProps<'received'>) {
  const { values, context } = props;
  const entry = entryOf(props);
  return (
    <>
      <AddressLine entry={entry} />
      {values.needsOwner && (
        <NoticeBox tone="waiting" title={words.needsOwnerTitle} text={words.needsOwner} />
      )}
      <Paragraph>{words.asked(entry.requestedBy, entry.server)}</Paragraph>
      <ProofBox entry={entry} context={context} />
      <Paragraph>{words.next(dayText(values.endsAt, context.reader.timeZone))}</Paragraph>
      <FactTable facts={[{ name: words.purpose, value: values.purpose }]} />
      <ActionLink href={entryUrl(context, entry)}>{common.openRequest}</ActionLink>
    </>
  );
}

export const received: MailTemplate<'received'> = {
  subject: (props) => words.subject(entryOf(props).network),
  preview: (props) => words.preview(entryOf(props).addressesNeeded),
  status: () => ({ tone: 'waiting', word: words.status }),
  title: () => words.title,
  Body: Received,
};
