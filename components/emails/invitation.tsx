import type { MailProps, MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { access } from './words/access.ts';

const words = access.invitation;

export function Invitation({ account, values, context }: MailProps<'invitation'>) {
  if (context.invitationUrl === null) throw new Error('an invitation needs its link');
  const { hasPassword } = context.reader;
  return (
    <>
      <Paragraph>
        {values.accept === true
          ? words.asked(values.invitedBy, values.role, account?.name ?? null)
          : words.text(values.invitedBy, values.role, account?.name ?? null, context.platform)}{' '}
        {hasPassword ? words.signIn : words.setPassword}
      </Paragraph>
      <ActionLink href={context.invitationUrl}>{hasPassword ? words.look : words.action}</ActionLink>
      {hasPassword ? null : <Paragraph quiet>{words.valid}</Paragraph>}
      {values.accept === true ? <Paragraph quiet>{words.accept}</Paragraph> : null}
      <Paragraph quiet>{words.notYou}</Paragraph>
    </>
  );
}

export const invitation: MailTemplate<'invitation'> = {
  subject: ({ account, context }) => words.subject(account?.name ?? null, context.platform),
  preview: ({ context }) => (context.reader.hasPassword ? words.previewSignIn : words.preview),
  status: () => ({ tone: 'review', word: words.status }),
  title: ({ account, context }) => words.title(account?.name ?? null, context.platform),
  Body: Invitation,
};
