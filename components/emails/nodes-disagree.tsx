import { mailPaths } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { FactTable } from './parts/fact-table.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { staff } from './words/staff.ts';

const words = staff.nodesDisagree;

export function NodesDisagree({ values, context }: MailProps<'nodes_disagree'>) {
  return (
    <>
      <FactTable
        facts={values.nodes.map(({ name, revision, entries, hash }) => ({
          name,
          value: words.holds(entries, revision, hash),
        }))}
      />
      <Paragraph>{words.text}</Paragraph>
      <ActionLink href={`${context.portalUrl}${mailPaths.adminNodes()}`}>{words.action}</ActionLink>
    </>
  );
}

export const nodesDisagree: MailTemplate<'nodes_disagree'> = {
  subject: ({ values }) => words.subject(values.nodes.length),
  preview: ({ values }) => words.preview(values.nodes.map(({ name }) => name).join(', ')),
  status: () => ({ tone: 'out', word: words.status }),
  title: () => words.title,
  Body: NodesDisagree,
};
