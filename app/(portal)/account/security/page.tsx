import type { Metadata } from 'next';
import { PasswordForm } from '../../../../components/account/password-form.tsx';
import { SecondFactorForm } from '../../../../components/auth/second-factor-form.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { mustHaveSecondFactor } from '../../../../lib/domain/second-factor.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { secondFactorSetUp } from '../../../../lib/web/second-factor-set-up.ts';
import { requireViewer } from '../../../../lib/web/session.ts';
import { changePasswordAction, endSecondFactorAction, setUpSecondFactorAction } from './actions.ts';

const words = messages.account.security;

export const metadata: Metadata = { title: words.title };

/** How the person signs in: their password, and a second factor if they want one. */
export default async function SecurityPage() {
  const session = await requireViewer();
  const { person, viewer } = session;
  const setUp = session.secondFactor === 'not_needed' ? await secondFactorSetUp(session) : null;
  const mustKeep = mustHaveSecondFactor({ staffRole: viewer.staffRole, demo: person.demo });
  return (
    <>
      <PageHeader title={words.title} lead={words.lead(person.email)} />
      <Card id="password" title={words.password}>
        <PasswordForm action={changePasswordAction} email={person.email} />
      </Card>
      <Card id="second-factor" title={words.secondFactor}>
        <div className="flex max-w-[26rem] flex-col gap-4">
          <p>{setUp ? words.off : words.on}</p>
          {mustKeep ? <p className="text-second">{words.staff}</p> : null}
          {mustKeep ? null : <p className="text-second">{setUp ? words.setUp : words.remove}</p>}
          {mustKeep ? null : (
            <SecondFactorForm
              action={setUp ? setUpSecondFactorAction : endSecondFactorAction}
              setUp={setUp}
            />
          )}
        </div>
      </Card>
    </>
  );
}
