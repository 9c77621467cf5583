import { entryUrl } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { concernedEntries, concernedText, concernedUrl, ForceSubject } from './parts/force-subject.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { Quote } from './parts/quote.tsx';
import { common } from './words/common.ts';
import { force } from './words/force.ts';

const words = force.back;

function concerned({ entry, values }: MailProps<'back_in_force'>) {
  return { entry, listed: values.listed };
}

export function BackInForce(props: MailProps<'back_in_force'>) {
  const { values, context } = props;
  const { total } = concernedEntries(concerned(props));
  const url = concernedUrl(context, concerned(props), (entry) => entryUrl(context, entry));
  return (
    <>
      <ForceSubject {...concerned(props)} context={context} />
      <Paragraph>{words.text}</Paragraph>
      <Paragraph quiet>{words.was(values.cause)}</Paragraph>
      {values.reason !== null && values.reason.trim() !== '' && <Quote>{values.reason}</Quote>}
      <ActionLink href={url}>{total === 1 ? common.open : common.openList}</ActionLink>
    </>
  );
}

export const backInForce: MailTemplate<'back_in_force'> = {
  subject: (props) =>
    words.subject(concernedText(concerned(props)), concernedEntries(concerned(props)).total),
  preview: () => words.preview,
  status: () => ({ tone: 'force', word: words.status }),
  title: (props) => words.title(concernedEntries(concerned(props)).total),
  Body: BackInForce,
};
