import { mailPaths } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { FactTable } from './parts/fact-table.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { staff } from './words/staff.ts';

const words = staff.abuseCall;

export function AbuseCall({ values, context }: MailProps<'abuse_call'>) {
  if (values.about === 'account') {
    const { account, removals, days } = values;
    return (
      <>
        <Paragraph>{words.account.text(account, removals, days)}</Paragraph>
        <ActionLink href={`${context.portalUrl}${mailPaths.adminProposals()}`}>
          {words.account.action}
        </ActionLink>
      </>
    );
  }
  const { entry, account } = values;
  const text =
    values.about === 'proof'
      ? words.proof.text[values.outcome]
      : words.entry.text(words.entry.steps[values.calledFor]);
  return (
    <>
      <AddressLine entry={entry} />
      <Paragraph>{text}</Paragraph>
      <FactTable facts={[{ name: words.entry.account, value: account }]} />
      <ActionLink href={`${context.portalUrl}${mailPaths.adminEntry(entry.id)}`}>
        {words.entry.action}
      </ActionLink>
    </>
  );
}

export const abuseCall: MailTemplate<'abuse_call'> = {
  subject: ({ values }) => {
    if (values.about === 'account') return words.account.subject(values.account);
    const { network } = values.entry;
    return values.about === 'proof'
      ? words.proof.subject(network)
      : words.entry.subject(network, words.entry.steps[values.calledFor]);
  },
  preview: ({ values }) => words[values.about].preview,
  status: () => ({ tone: 'out', word: words.status }),
  title: ({ values }) => words[values.about].title,
  Body: AbuseCall,
};
