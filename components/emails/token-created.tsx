import { mailPaths } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { dayText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { FactTable } from './parts/fact-table.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { access } from './words/access.ts';

const words = access.tokenCreated;

export function TokenCreated({ values, context }: MailProps<'token_created'>) {
  const expires =
    values.expiresAt === null ? words.never : dayText(values.expiresAt, context.reader.timeZone);
  return (
    <>
      <Paragraph>{words.text}</Paragraph>
      <FactTable
        facts={[
          { name: words.name, value: values.name },
          { name: words.scope, value: words.scopes[values.scope] },
          { name: words.expires, value: expires },
          values.from === null
            ? { name: words.from, value: words.commandLine }
            : { name: words.from, value: values.from, code: true },
        ]}
      />
      <Paragraph>{words.notYou}</Paragraph>
      <ActionLink href={`${context.portalUrl}${mailPaths.accountTokens()}`}>{words.action}</ActionLink>
    </>
  );
}

export const tokenCreated: MailTemplate<'token_created'> = {
  subject: ({ values }) => words.subject(values.name),
  preview: () => words.preview,
  status: () => ({ tone: 'review', word: words.status }),
  title: () => words.title,
  Body: TokenCreated,
};
