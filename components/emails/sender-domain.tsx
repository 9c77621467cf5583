import { mailPaths } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { dayText, momentText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { FactTable } from './parts/fact-table.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { force } from './words/force.ts';

const words = force.senderDomain;

export function SenderDomain({ values, context }: MailProps<'sender_domain'>) {
  const { server, recordName, endsAt } = values;
  return (
    <>
      <Paragraph>
        {endsAt === null
          ? words.text.ended(server)
          : words.text.missing(server, momentText(endsAt, context.reader.timeZone))}
      </Paragraph>
      <FactTable facts={[{ name: words.record, value: `TXT ${recordName}` }]} />
      {endsAt === null ? null : <Paragraph>{words.notYours}</Paragraph>}
      <ActionLink href={`${context.portalUrl}${mailPaths.serverDomains(server)}`}>{words.action}</ActionLink>
    </>
  );
}

export const senderDomain: MailTemplate<'sender_domain'> = {
  subject: ({ values: { domain, endsAt }, context }) =>
    endsAt === null
      ? words.subject.ended(domain)
      : words.subject.missing(domain, dayText(endsAt, context.reader.timeZone)),
  preview: ({ values }) => (values.endsAt === null ? words.preview.ended : words.preview.missing),
  status: ({ values }) =>
    values.endsAt === null
      ? { tone: 'out', word: words.status.ended }
      : { tone: 'waiting', word: words.status.missing },
  title: ({ values: { domain, endsAt } }) =>
    endsAt === null ? words.title.ended(domain) : words.title.missing(domain),
  Body: SenderDomain,
};
