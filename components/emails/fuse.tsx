import { mailPaths } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { countText, momentText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { FactTable } from './parts/fact-table.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { staff } from './words/staff.ts';

const words = staff.fuse;

const DEFAULT_MINUTES = 15;

export function Fuse({ values, context }: MailProps<'fuse'>) {
  const { effect = 'out_of_force', gone = 0, minutes = DEFAULT_MINUTES } = values;
  return (
    <>
      <Paragraph>{words.text[values.cause]}</Paragraph>
      <FactTable
        facts={[
          { name: words.gone(effect), value: countText(gone) },
          { name: words.more, value: countText(values.affected - gone) },
          { name: words.limit(minutes), value: countText(values.limit) },
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
  subject: ({ values: { effect = 'out_of_force', gone = 0, affected } }) =>
    words.subject(effect, gone, affected - gone),
  preview: () => words.preview,
  status: () => ({ tone: 'out', word: words.status }),
  title: ({ values }) => words.title(values.effect ?? 'out_of_force'),
  Body: Fuse,
};
