import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { Quote } from './parts/quote.tsx';
import { common } from './words/common.ts';
import { requests } from './words/requests.ts';

const words = requests.rejected;

export function Rejected(props: MailProps<'rejected'>) {
  const { values, context } = props;
  const entry = entryOf(props);
  return (
    <>
      <AddressLine entry={entry} />
      {values.failure === undefined ? (
        <>
          <Paragraph quiet>{common.supportSays}</Paragraph>
          <Quote>{values.reason}</Quote>
        </>
      ) : (
        <Paragraph>{bySystem(values.failure)}</Paragraph>
      )}
      <Paragraph>{isCancelled(values.failure) ? words.nextElsewhere : words.next}</Paragraph>
      <ActionLink href={entryUrl(context, entry)}>{words.action}</ActionLink>
    </>
  );
}

const isCancelled = (failure?: { code: string }) => failure?.code.endsWith('_closed') === true;

function bySystem({ requirement, code }: { requirement: string; code: string }): string {
  const sentences: Readonly<Record<string, string>> = words.bySystem;
  const key = `${requirement}:${code}`;
  return (Object.hasOwn(sentences, key) ? sentences[key] : undefined) ?? words.bySystem.otherwise;
}

export const rejected: MailTemplate<'rejected'> = {
  subject: (props) => words.subject(entryOf(props).network),
  preview: () => words.preview,
  status: () => ({ tone: 'out', word: words.status }),
  title: () => words.title,
  Body: Rejected,
};
