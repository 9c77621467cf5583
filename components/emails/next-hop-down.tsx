import { mailPaths } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { countText, momentText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { FactTable } from './parts/fact-table.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { staff } from './words/staff.ts';

const words = staff.nextHop;

export function NextHopDown({ values, context }: MailProps<'next_hop_down'>) {
  return (
    <>
      <FactTable
        facts={[
          { name: words.hop, value: values.hop, code: true },
          { name: words.since, value: momentText(values.since, context.reader.timeZone) },
          { name: words.reason, value: values.reason },
          { name: words.waiting, value: countText(values.waiting) },
        ]}
      />
      <Paragraph>{words.text}</Paragraph>
      <ActionLink href={`${context.portalUrl}${mailPaths.adminNodes()}`}>{words.action}</ActionLink>
    </>
  );
}

export const nextHopDown: MailTemplate<'next_hop_down'> = {
  subject: ({ values }) => words.subject(values.hop),
  preview: ({ values }) => words.preview(values.waiting),
  status: () => ({ tone: 'out', word: words.status }),
  title: () => words.title,
  Body: NextHopDown,
};
