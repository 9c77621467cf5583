import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { common } from './words/common.ts';
import { requests } from './words/requests.ts';

const words = requests.ownerNeeded;

export function OwnerNeeded(props: MailProps<'owner_needed'>) {
  const entry = entryOf(props);
  return (
    <>
      <AddressLine entry={entry} />
      <Paragraph>{words.text}</Paragraph>
      <ActionLink href={entryUrl(props.context, entry)}>{common.openRequest}</ActionLink>
    </>
  );
}

export const ownerNeeded: MailTemplate<'owner_needed'> = {
  subject: (props) => words.subject(entryOf(props).network),
  preview: () => words.preview,
  status: () => ({ tone: 'waiting', word: words.status }),
  title: () => requests.received.needsOwnerTitle,
  Body: OwnerNeeded,
};
