import type { MailProps, MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { access } from './words/access.ts';

const words = access.invitation;

export function Invitation({ account, values, context }: MailProps<'invitation'>) {
  if (context.invitationUrl === null) throw new Error('an invitation needs its link');
  return (
    <>
      <Paragraph>
        {words.text(values.invitedBy, values.role, account?.name ?? null, context.platform)}
      </Paragraph>
      <ActionLink href={context.invitationUrl}>{words.action}</ActionLink>
      <Paragraph quiet>{words.valid}</Paragraph>
      <Paragraph quiet>{words.notYou}</Paragraph>
    </>
  );
}

export const invitation: MailTemplate<'invitation'> = {
  subject: ({ account, context }) => words.subject(account?.name ?? null, context.platform),
  preview: () => words.preview,
  status: () => ({ tone: 'review', word: words.status }),
  title: ({ account, context }) => words.title(account?.name ?? null, context.platform),
  Body: Invitation,
};
