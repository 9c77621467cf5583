import { entryUrl } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { dayText, momentText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { concernedText, concernedUrl, ForceSubject } from './parts/force-subject.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { common } from './words/common.ts';
import { force } from './words/force.ts';

const words = force.lapseSoon;

function concerned({ values }: MailProps<'lapse_soon'>) {
  return { entry: null, listed: { entries: values.entries, total: values.total } };
}

export function LapseSoon(props: MailProps<'lapse_soon'>) {
  const { values, context } = props;
  const url = concernedUrl(context, concerned(props), (entry) => entryUrl(context, entry));
  return (
    <>
      <ForceSubject {...concerned(props)} context={context} />
      <Paragraph>{words.text(values.server, momentText(values.endsAt, context.reader.timeZone))}</Paragraph>
      <Paragraph>{words.next}</Paragraph>
      <ActionLink href={url}>{values.total === 1 ? common.open : common.openList}</ActionLink>
    </>
  );
}

export const lapseSoon: MailTemplate<'lapse_soon'> = {
  subject: (props) =>
    words.subject(
      concernedText(concerned(props)),
      props.values.total,
      dayText(props.values.endsAt, props.context.reader.timeZone),
    ),
  preview: ({ values }) => words.preview(values.server),
  status: () => ({ tone: 'waiting', word: words.status }),
  title: ({ values, context }) => words.title(dayText(values.endsAt, context.reader.timeZone)),
  Body: LapseSoon,
};
