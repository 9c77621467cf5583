import type { ForceCause } from '../../lib/domain/mail-values.ts';
import { entryUrl, renewalsUrl } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { dayText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { concernedEntries, concernedText, concernedUrl, ForceSubject } from './parts/force-subject.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { Quote } from './parts/quote.tsx';
import { common } from './words/common.ts';
import { force, forceCauseWords } from './words/force.ts';

const words = force.out;

/** Of an entry itself, which nodes refuse for good; the others are its server's, and put off. */
const suspensions: ReadonlySet<ForceCause> = new Set(['owner', 'staff', 'abuse', 'drift']);

function concerned({ entry, values }: MailProps<'out_of_force'>) {
  return { entry, listed: values.listed };
}

export function OutOfForce(props: MailProps<'out_of_force'>) {
  const { values, context } = props;
  const overdue = values.cause === 'renewal_overdue';
  const many = concernedEntries(concerned(props)).total > 1;
  const url =
    overdue && many
      ? renewalsUrl(context)
      : concernedUrl(context, concerned(props), (entry) => entryUrl(context, entry));
  return (
    <>
      <ForceSubject {...concerned(props)} context={context} />
      <Paragraph>{forceCauseWords[values.cause].saw}</Paragraph>
      {values.reason !== null && values.reason.trim() !== '' && (
        <>
          {values.cause !== 'owner' && <Paragraph quiet>{common.supportSays}</Paragraph>}
          <Quote>{values.reason}</Quote>
        </>
      )}
      <Paragraph>{forceCauseWords[values.cause].next}</Paragraph>
      {!values.cause.endsWith('_cancelled') && (
        <Paragraph quiet>
          {suspensions.has(values.cause) ? words.meanwhile.refused : words.meanwhile.later}{' '}
          {!overdue
            ? words.nothingAnew
            : values.expiresAt
              ? words.renewUntil(dayText(values.expiresAt, context.reader.timeZone))
              : null}
        </Paragraph>
      )}
      <ActionLink href={url}>{overdue ? words.renew : words.action}</ActionLink>
    </>
  );
}

export const outOfForce: MailTemplate<'out_of_force'> = {
  subject: (props) =>
    words.subject(
      concernedText(concerned(props)),
      concernedEntries(concerned(props)).total,
      props.values.cause,
    ),
  preview: () => words.preview,
  status: () => ({ tone: 'out', word: words.status }),
  title: (props) => words.title(concernedEntries(concerned(props)).total),
  Body: OutOfForce,
};
