import { totalOf } from '../../lib/domain/mail-values.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { momentText } from './mail-time.ts';
import { LinkList } from './parts/link-list.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { staff } from './words/staff.ts';

const words = staff.mailFailed;
const MOST_LISTED = 20;

export function MailFailed({ values, context }: MailProps<'mail_failed'>) {
  return (
    <>
      <Paragraph>{words.text}</Paragraph>
      <LinkList
        items={values.items.slice(0, MOST_LISTED).map(({ kind, to, reason, at }) => ({
          key: `${to} ${kind} ${at}`,
          href: null,
          text: to,
          note: `${words.line(kind, momentText(at, context.reader.timeZone))}: ${reason}`,
        }))}
        more={totalOf(values) - MOST_LISTED}
      />
    </>
  );
}

export const mailFailed: MailTemplate<'mail_failed'> = {
  subject: ({ values }) => words.subject(totalOf(values)),
  preview: () => words.preview,
  status: () => ({ tone: 'out', word: words.status }),
  title: () => words.title,
  Body: MailFailed,
};
