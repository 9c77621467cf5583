import type { Metadata } from 'next';
import { TurnOffMailForm } from '../../../../components/account/turn-off-mail-form.tsx';
import { PublicShell } from '../../../../components/shell/public-shell.tsx';
import { ButtonLink } from '../../../../components/ui/button-link.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { mailLinkGroup } from '../../../../lib/web/mail-link.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { turnOffMailAction } from './actions.ts';

const words = messages.notifications;

export const metadata: Metadata = { title: words.title };

/** For whoever holds the link of a mail. Says which mail it is about and nothing about the person. */
export default async function TurnOffMailPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const group = mailLinkGroup(token);
  return (
    <PublicShell narrow>
      {group === null ? (
        <>
          <PageHeader title={words.turnOff.gone} lead={words.turnOff.goneText} />
          <div className="mt-6">
            <ButtonLink href={paths.notifications()}>{words.title}</ButtonLink>
          </div>
        </>
      ) : (
        <>
          <PageHeader title={words.turnOff.title(words.groups[group].name)} lead={words.turnOff.lead} />
          <div className="mt-6">
            <TurnOffMailForm action={turnOffMailAction} token={token} />
          </div>
        </>
      )}
    </PublicShell>
  );
}
