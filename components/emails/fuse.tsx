import { mailPaths } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { countText, momentText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { FactTable } from './parts/fact-table.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { staff } from './words/staff.ts';

const words = staff.fuse;

export function Fuse({ values, context }: MailProps<'fuse'>) {
  return (
    <>
      <Paragraph>{words.text[values.cause]}</Paragraph>
      <FactTable
        facts={[
          { name: words.affected, value: countText(values.affected) },
          { name: words.limit, value: countText(values.limit) },
          { name: words.total, value: countText(values.total) },
          { name: words.at, value: momentText(values.at, context.reader.timeZone) },
        ]}
      />
      <Paragraph>{words.held}</Paragraph>
      <ActionLink href={`${context.portalUrl}${mailPaths.adminFuse()}`}>{words.action}</ActionLink>
    </>
  );
}

export const fuse: MailTemplate<'fuse'> = {
  subject: ({ values }) => words.subject(values.affected),
  preview: () => words.preview,
  status: () => ({ tone: 'out', word: words.status }),
  title: () => words.title,
  Body: Fuse,
};
