import { mailPaths } from './mail-links.ts';
import { accountOf, entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { Quote } from './parts/quote.tsx';
import { common } from './words/common.ts';
import { requests } from './words/requests.ts';

const words = requests.answer;

export function Answer(props: MailProps<'answer'>) {
  const { values, context } = props;
  const entry = entryOf(props);
  return (
    <>
      <AddressLine entry={entry} />
      {values.holder && <Paragraph quiet>{words.holds(accountOf(props).name)}</Paragraph>}
      {values.by !== null && <Paragraph quiet>{words.by(values.by)}</Paragraph>}
      <Quote>{values.answer}</Quote>
      <ActionLink href={`${context.portalUrl}${mailPaths.adminRequest(entry.id)}`}>
        {common.openRequest}
      </ActionLink>
    </>
  );
}

export const answer: MailTemplate<'answer'> = {
  subject: (props) => words.subject(accountOf(props).name, entryOf(props).network),
  preview: ({ values }) => words.preview(values.holder === true),
  status: ({ values }) => ({ tone: 'review', word: words.status(values.holder === true) }),
  title: (props) => words.title(accountOf(props).name, props.values.holder === true),
  Body: Answer,
};
