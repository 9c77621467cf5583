import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { Quote } from './parts/quote.tsx';
import { common } from './words/common.ts';
import { requests } from './words/requests.ts';

function wordsOf({ values }: MailProps<'scope_decided'>) {
  return requests.scopeDecided[values.granted ? 'granted' : 'refused'];
}

export function ScopeDecided(props: MailProps<'scope_decided'>) {
  const entry = entryOf(props);
  return (
    <>
      <AddressLine entry={entry} />
      <Paragraph>{wordsOf(props).text}</Paragraph>
      <Paragraph quiet>{common.supportSays}</Paragraph>
      <Quote>{props.values.reason}</Quote>
      <ActionLink href={entryUrl(props.context, entry)}>{common.open}</ActionLink>
    </>
  );
}

export const scopeDecided: MailTemplate<'scope_decided'> = {
  subject: (props) => wordsOf(props).subject(entryOf(props).network),
  preview: (props) => wordsOf(props).preview,
  status: (props) => ({ tone: props.values.granted ? 'force' : 'out', word: wordsOf(props).status }),
  title: (props) => wordsOf(props).title,
  Body: ScopeDecided,
};
