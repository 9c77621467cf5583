import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { SecondFactorForm } from '../../../../components/auth/second-factor-form.tsx';
import { Button } from '../../../../components/ui/button.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { landingPath } from '../../../../lib/web/after-sign-in.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { safePath } from '../../../../lib/web/safe-path.ts';
import { secondFactorSetUp } from '../../../../lib/web/second-factor-set-up.ts';
import { currentSession } from '../../../../lib/web/session.ts';
import { signOutAction } from '../../../../lib/web/sign-out-action.ts';
import { secondFactorAction } from './actions.ts';

const words = messages.auth.secondFactor;

export const metadata: Metadata = { title: words.title };

type Props = { searchParams: Promise<{ next?: string | string[] }> };

/** All that a session can do whose second factor is missing: give it, set it up, or leave. */
export default async function SecondFactorPage({ searchParams }: Props) {
  const next = safePath((await searchParams).next);
  const session = await currentSession();
  if (session === null) redirect(paths.signIn({ next: next ?? undefined }));
  if (session.secondFactor === 'passed' || session.secondFactor === 'not_needed') {
    redirect(next ?? landingPath(session.viewer.staffRole));
  }
  const setUp = session.secondFactor === 'to_enrol' ? await secondFactorSetUp(session) : null;
  return (
    <>
      <PageHeader
        title={setUp ? words.setUpTitle : words.title}
        lead={setUp ? words.setUpLead : words.lead}
      />
      <div className="mt-6 flex flex-col gap-5">
        <SecondFactorForm action={secondFactorAction} next={next} setUp={setUp} />
        {setUp ? null : (
          <p className="text-second text-small">{words.lost(portal().environment.supportAddress)}</p>
        )}
        <form action={signOutAction}>
          <Button type="submit" variant="quiet">
            {messages.shell.signOut}
          </Button>
        </form>
      </div>
    </>
  );
}
