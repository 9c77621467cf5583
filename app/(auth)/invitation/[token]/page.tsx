import type { Metadata } from 'next';
import { InvitationForm } from '../../../../components/auth/invitation-form.tsx';
import { ButtonLink } from '../../../../components/ui/button-link.tsx';
import { Notice } from '../../../../components/ui/notice.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { findInvitation } from '../../../../db/queries/invitations.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { acceptInvitationAction } from './actions.ts';

const words = messages.auth.invitation;

export const metadata: Metadata = { title: words.pageTitle };

type Props = { params: Promise<{ token: string }> };

export default async function InvitationPage({ params }: Props) {
  const { token } = await params;
  const { database, environment } = portal();
  const invitation = await findInvitation(database, token, new Date());
  if (invitation === undefined) {
    const { message, nextStep } = messages.auth.refusals.invitation_gone;
    return (
      <>
        <PageHeader title={words.gone} />
        <Notice className="mt-6" title={message}>
          {nextStep}
        </Notice>
        <div className="mt-6">
          <ButtonLink href={paths.signIn()}>{messages.shell.signIn}</ButtonLink>
        </div>
      </>
    );
  }
  return (
    <>
      <PageHeader title={words.title(environment.platformName)} lead={words.lead(invitation.email)} />
      <div className="mt-6">
        <InvitationForm
          action={acceptInvitationAction}
          token={token}
          email={invitation.email}
          name={invitation.person.name}
        />
      </div>
    </>
  );
}
