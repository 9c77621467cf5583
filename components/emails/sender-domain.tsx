import { mailPaths } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { dayText, momentText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { FactTable } from './parts/fact-table.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { force } from './words/force.ts';

const words = force.senderDomain;

type Values = MailProps<'sender_domain'>['values'];

function stateOf({ endsAt, silent }: Values): 'missing' | 'ended' | 'silent' {
  if (silent === true) return 'silent';
  return endsAt === null ? 'ended' : 'missing';
}

export function SenderDomain({ values, context }: MailProps<'sender_domain'>) {
  const { server, recordName, endsAt } = values;
  const state = stateOf(values);
  const until = endsAt === null ? '' : momentText(endsAt, context.reader.timeZone);
  return (
    <>
      <Paragraph>{words.text[state](server, until)}</Paragraph>
      <FactTable facts={[{ name: words.record, value: `TXT ${recordName}` }]} />
      {state === 'ended' ? null : <Paragraph>{words.notYours}</Paragraph>}
      <ActionLink href={`${context.portalUrl}${mailPaths.serverDomains(server)}`}>{words.action}</ActionLink>
    </>
  );
}

export const senderDomain: MailTemplate<'sender_domain'> = {
  subject: ({ values, context }) => {
    const { domain, endsAt } = values;
    const day = endsAt === null ? '' : dayText(endsAt, context.reader.timeZone);
    return words.subject[stateOf(values)](domain, day);
  },
  preview: ({ values }) => words.preview[stateOf(values)],
  status: ({ values }) => {
    const state = stateOf(values);
    return { tone: state === 'ended' ? 'out' : 'waiting', word: words.status[state] };
  },
  title: ({ values }) => words.title[stateOf(values)](values.domain),
  Body: SenderDomain,
};
