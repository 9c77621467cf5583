import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { common } from './words/common.ts';
import { requests } from './words/requests.ts';

const words = requests.expired;

export function Expired(props: MailProps<'expired'>) {
  const entry = entryOf(props);
  return (
    <>
      <AddressLine entry={entry} />
      <Paragraph>{words.text[props.values.cause]}</Paragraph>
      <Paragraph>
        {words.next[props.values.cause]} {words.meanwhile}
      </Paragraph>
      <ActionLink href={entryUrl(props.context, entry)}>{common.open}</ActionLink>
    </>
  );
}

export const expired: MailTemplate<'expired'> = {
  subject: (props) => words.subject[props.values.cause](entryOf(props).network),
  preview: ({ values }) => words.text[values.cause],
  status: ({ values }) => ({
    tone: 'plain',
    word: words.status[values.cause === 'withdrawn' ? 'withdrawn' : 'ended'],
  }),
  title: ({ values }) => words.title[values.cause],
  Body: Expired,
};
