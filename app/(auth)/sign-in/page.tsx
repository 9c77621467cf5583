import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { SignInForm } from '../../../components/auth/sign-in-form.tsx';
import { ActionButton } from '../../../components/form/action-button.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { landingPath } from '../../../lib/web/after-sign-in.ts';
import { messages } from '../../../lib/web/messages.ts';
import { portal } from '../../../lib/web/portal.ts';
import { pathAfterSignIn } from '../../../lib/web/safe-path.ts';
import { currentViewer } from '../../../lib/web/session.ts';
import { providerSignInAction, signInAction } from './actions.ts';

const words = messages.auth.signIn;

export const metadata: Metadata = { title: words.title };

type Props = {
  searchParams: Promise<{
    next?: string | string[];
    callbackUrl?: string | string[];
    error?: string | string[];
  }>;
};

export default async function SignInPage({ searchParams }: Props) {
  const { environment } = portal();
  const { error, ...query } = await searchParams;
  const next = pathAfterSignIn(query, environment.portalUrl);
  const session = await currentViewer();
  if (session !== null) redirect(next ?? landingPath(session.viewer.staffRole));
  const refusal = refusalOf(error);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead(environment.platformName)} />
      <div className="mt-6 flex flex-col gap-5">
        {refusal ? (
          <Notice tone="out" role="alert" title={refusal.message}>
            {refusal.nextStep}
          </Notice>
        ) : null}
        <SignInForm action={signInAction} next={next} />
        {environment.oidc ? (
          <ActionButton
            action={providerSignInAction}
            label={words.single(new URL(environment.oidc.issuer).hostname)}
            hidden={next ? { next } : {}}
          />
        ) : null}
        <p className="text-second text-small">
          {words.invitationHint} {words.forgotten(environment.supportAddress)}
        </p>
      </div>
    </>
  );
}

/** What next-auth or our own callback sends back with, in words. */
function refusalOf(error: unknown): { message: string; nextStep: string } | null {
  const { refusals } = messages.auth;
  if (typeof error !== 'string') return null;
  if (error === 'unknown_person') return refusals.unknown_person;
  return error === 'CredentialsSignin' ? refusals.wrong : refusals.provider_failed;
}
