import { Fragment } from 'react';
import { CloseAccountForm } from '../../../../components/abuse/close-account-form.tsx';
import { DecisionsSearch } from '../../../../components/abuse/decisions-search.tsx';
import { ReasonForm } from '../../../../components/form/reason-form.tsx';
import { When } from '../../../../components/time/when.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { Code } from '../../../../components/ui/code.tsx';
import { approvalsFrozen } from '../../../../db/queries/abuse-desk.ts';
import { mayAsStaff } from '../../../../lib/domain/permissions.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { staffTitle } from '../../../../lib/web/page-title.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { DeskHeader } from '../desk-header.tsx';
import { closeAction, freezeAction } from './actions.ts';

const words = messages.abuse.incident;

export const generateMetadata = staffTitle(words.title, 'handle_abuse');

/** What stops something at once: for admins; support sees what there is and whom to call. */
export default async function IncidentPage() {
  const session = await requireStaff('handle_abuse');
  const clock = clockOf(session);
  const frozen = await approvalsFrozen(portal().database);
  const may = (ability: 'freeze_approvals' | 'close_account') =>
    mayAsStaff(session.viewer, ability) ? null : words.adminOnly;
  return (
    <>
      <DeskHeader tab="incident" title={words.title} lead={words.lead} />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Card
          id="freeze"
          title={words.freeze.title}
          aside={
            frozen === null ? undefined : (
              <>
                {words.freeze.since} <When at={frozen.since} clock={clock} />
              </>
            )
          }
        >
          <p className={frozen === null ? 'mb-3 text-second' : 'mb-3 text-waiting'}>
            {frozen === null ? words.freeze.open : `${words.freeze.frozen} “${frozen.reason}”`}
          </p>
          <ReasonForm
            key={String(frozen !== null)}
            action={freezeAction}
            label={words.freeze.reason}
            hint={words.freeze.reasonHint}
            button={frozen === null ? words.freeze.freeze : words.freeze.unfreeze}
            variant={frozen === null ? 'danger' : 'secondary'}
            disabledReason={may('freeze_approvals')}
            hidden={{ frozen: String(frozen === null) }}
          />
          <CommandLine command={words.freeze.command(frozen === null ? 'on' : 'off')} />
        </Card>
        <Card id="close" title={words.close.title}>
          <p className="mb-3 text-second">{words.close.text}</p>
          <CloseAccountForm action={closeAction} disabledReason={may('close_account')} />
          <CommandLine command={words.close.command} />
        </Card>
        <Card id="decisions" title={words.decisions.title}>
          <p className="mb-3 text-second">{words.decisions.text}</p>
          <DecisionsSearch />
          <CommandLine command={words.decisions.command} />
        </Card>
      </div>
    </>
  );
}

function CommandLine({ command }: { command: string }) {
  return (
    <p className="mt-4 border-line border-t pt-3 text-second text-small">
      {words.commandLine}:{' '}
      <Code>
        {/* A browser also breaks after a hyphen, and half an option is none. */}
        {command.split(' ').map((word, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the words of one text, in their order
          <Fragment key={index}>
            {index === 0 ? null : ' '}
            <span className="whitespace-nowrap">{word}</span>
          </Fragment>
        ))}
      </Code>
    </p>
  );
}
