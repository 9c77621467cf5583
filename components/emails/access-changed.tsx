import { mailPaths } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { momentText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { FactTable } from './parts/fact-table.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { access } from './words/access.ts';

const words = access.accessChanged;

const isReset = ({ values }: MailProps<'access_changed'>) => values.change.endsWith('_reset');

/** After a reset there is nothing to open: nobody can sign in before they have what support hands them. */
export function AccessChanged(props: MailProps<'access_changed'>) {
  const { values, context } = props;
  const when = { name: words.at, value: momentText(values.at, context.reader.timeZone) };
  const from = values.from === null ? [] : [{ name: words.from, value: values.from, code: true }];
  return (
    <>
      <Paragraph>{words.text[values.change]}</Paragraph>
      {values.tokens > 0 && <Paragraph>{words.tokens(values.tokens)}</Paragraph>}
      <FactTable facts={[when, ...from]} />
      <Paragraph>{isReset(props) ? words.notAsked : words.notYou}</Paragraph>
      {!isReset(props) && (
        <ActionLink href={`${context.portalUrl}${mailPaths.accountSecurity()}`}>{words.action}</ActionLink>
      )}
    </>
  );
}

export const accessChanged: MailTemplate<'access_changed'> = {
  subject: ({ values, context }) => words.subject[values.change](context.platform),
  preview: (props) => (isReset(props) ? words.preview.reset : words.preview.own),
  status: () => ({ tone: 'review', word: words.status }),
  title: ({ values }) => words.title[values.change],
  Body: AccessChanged,
};
