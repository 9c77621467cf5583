import { mailPaths } from './mail-links.ts';
import { accountOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { EntryList } from './parts/entry-list.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { Quote } from './parts/quote.tsx';
import { Subheading } from './parts/subheading.tsx';
import { common } from './words/common.ts';
import { standing as words } from './words/standing.ts';

function AccountStanding({ values, context }: MailProps<'account_standing'>) {
  const { standing, server, reason, removed, rejected } = values;
  const url =
    server === null
      ? `${context.portalUrl}${mailPaths.accountWhitelist()}`
      : `${context.portalUrl}${mailPaths.serverWhitelist(server)}`;
  return (
    <>
      <Paragraph>{words.text[standing]}</Paragraph>
      {reason === null ? (
        standing === 'suspended' && <Paragraph>{words.again}</Paragraph>
      ) : (
        <>
          <Paragraph quiet>{common.supportSays}</Paragraph>
          <Quote>{reason}</Quote>
        </>
      )}
      {removed.total > 0 && (
        <>
          <Subheading>{words.removed}</Subheading>
          <EntryList {...removed} context={context} />
        </>
      )}
      {rejected.total > 0 && (
        <>
          <Subheading>{words.rejected}</Subheading>
          <EntryList {...rejected} context={context} />
        </>
      )}
      <Paragraph>{words.next[standing]}</Paragraph>
      <ActionLink href={url}>{common.openList}</ActionLink>
    </>
  );
}

const nameOf = (props: MailProps<'account_standing'>) =>
  props.values.server === null ? accountOf(props).name : words.server(props.values.server);

export const accountStanding: MailTemplate<'account_standing'> = {
  subject: (props) => words.subject(nameOf(props), props.values.standing),
  preview: ({ values }) => words.text[values.standing],
  status: ({ values }) => ({
    tone: values.standing === 'closed' || values.standing === 'suspended' ? 'out' : 'force',
    word: words.status[values.standing],
  }),
  title: (props) => words.subject(nameOf(props), props.values.standing),
  Body: AccountStanding,
};
