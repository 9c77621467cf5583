import { mailPaths } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { FactTable } from './parts/fact-table.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { Quote } from './parts/quote.tsx';
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
  if (values.about === 'cancellation') {
    const { account, by, reason } = values;
    return (
      <>
        <Paragraph>{words.cancellation.text(by, account)}</Paragraph>
        <Quote>{reason}</Quote>
        <ActionLink href={`${context.portalUrl}${mailPaths.adminProposals()}`}>
          {words.account.action}
        </ActionLink>
      </>
    );
  }
  if (values.about === 'domain') {
    const { domain, server, account, slug } = values;
    return (
      <>
        <Paragraph>{words.domain.text(domain, server)}</Paragraph>
        <FactTable facts={[{ name: words.entry.account, value: account }]} />
        <ActionLink href={`${context.portalUrl}${mailPaths.adminAccount(slug)}`}>
          {words.domain.action}
        </ActionLink>
      </>
    );
  }
  const { entry, account } = values;
  return (
    <>
      <AddressLine entry={entry} />
      <Paragraph>{textOf(values)}</Paragraph>
      <FactTable facts={[{ name: words.entry.account, value: account }]} />
      <ActionLink href={`${context.portalUrl}${mailPaths.adminEntry(entry.id)}`}>
        {words.entry.action}
      </ActionLink>
    </>
  );
}

type OfEntry = Exclude<MailProps<'abuse_call'>['values'], { about: 'account' | 'cancellation' | 'domain' }>;

function textOf(values: OfEntry): string {
  switch (values.about) {
    case 'entry':
      return words.entry.text(words.entry.steps[values.calledFor]);
    case 'spared':
      return words.spared.text[values.why];
    case 'proof':
      return words.proof.text[values.outcome];
  }
}

const isAnew = ({ outcome }: { outcome: string }) => outcome === 'proven_anew';

export const abuseCall: MailTemplate<'abuse_call'> = {
  subject: ({ values }) => {
    if (values.about === 'account' || values.about === 'cancellation') {
      return words[values.about].subject(values.account);
    }
    if (values.about === 'domain') return words.domain.subject(values.domain);
    const { network } = values.entry;
    if (values.about === 'proof') return words.proof.subject(network, isAnew(values));
    return values.about === 'entry'
      ? words.entry.subject(network, words.entry.steps[values.calledFor])
      : words.spared.subject(network);
  },
  preview: ({ values }) =>
    values.about === 'proof' ? words.proof.preview(isAnew(values)) : words[values.about].preview,
  status: () => ({ tone: 'out', word: words.status }),
  title: ({ values }) =>
    values.about === 'proof' ? words.proof.title(isAnew(values)) : words[values.about].title,
  Body: AbuseCall,
};
