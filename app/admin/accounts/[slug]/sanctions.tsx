import Link from 'next/link';
import { ConfirmAction } from '../../../../components/form/confirm-action.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { pageOfProposals } from '../../../../db/queries/abuse-desk.ts';
import { type AccountRow, serversSuspendedForAbuse } from '../../../../db/queries/account-page.ts';
import { mayAsStaff, type Viewer } from '../../../../lib/domain/permissions.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { sanctionAction } from './actions.ts';

const words = messages.abuse.account;

type Props = {
  account: AccountRow;
  viewer: Viewer;
};

/** What stands against an account, and what may be done to it. */
export async function Sanctions({ account, viewer }: Props) {
  const { database } = portal();
  const [{ rows: proposals }, suspended] = await Promise.all([
    pageOfProposals(database, { accountId: account.id }, { limit: 10 }),
    serversSuspendedForAbuse(database, account.id),
  ]);
  const open = proposals.filter((proposal) => proposal.decidedAt === null);
  const cancelled = account.status === 'cancelled' ? words.cancelled : null;
  const closed = account.cancelledByStaffAt !== null;
  const forAbuse = account.suspendedForAbuseAt !== null && !closed;
  const adminOnly = mayAsStaff(viewer, 'close_account') ? null : messages.abuse.incident.adminOnly;
  const reason = { reasonLabel: words.reason, reasonRequired: true } as const;
  return (
    <Card id="sanctions" title={words.title}>
      <div className="flex flex-col gap-4">
        {!forAbuse && !closed && suspended.length === 0 && open.length === 0 ? (
          <p className="text-second">{cancelled ?? words.none}</p>
        ) : null}
        {open.map((proposal) => (
          <p key={proposal.id} className="text-waiting">
            {words.open(messages.abuse.proposals.kinds[proposal.kind])}.{' '}
            <Link href={paths.adminProposals()} className="rounded-chip text-ink underline">
              {words.openLink}
            </Link>
          </p>
        ))}
        {closed ? (
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-out">{words.closed}</p>
            <ConfirmAction
              action={sanctionAction.bind(null, 'reopen', account.slug)}
              label={words.reopen}
              title={words.reopenTitle(account.name)}
              text={words.reopenText}
              variant="secondary"
              disabledReason={adminOnly}
              {...reason}
            />
          </div>
        ) : null}
        {[
          ...(forAbuse ? [{ name: account.name, slug: account.slug, verb: 'lift_account' as const }] : []),
          ...suspended.map((slug) => ({ name: slug, slug, verb: 'lift_server' as const })),
        ].map(({ name, slug, verb }) => (
          <div key={`${verb}-${slug}`} className="flex flex-wrap items-center justify-between gap-3">
            <p>
              <span className="font-medium">{name}</span>{' '}
              <span className="text-out">{words.suspendedForAbuse}</span>
            </p>
            <ConfirmAction
              action={sanctionAction.bind(null, verb, slug)}
              label={words.lift}
              title={words.liftTitle(name)}
              text={words.liftText}
              variant="secondary"
              {...reason}
            />
          </div>
        ))}
        <div className="flex flex-wrap gap-2">
          <ConfirmAction
            action={sanctionAction.bind(null, 'propose', account.slug)}
            label={words.propose}
            title={words.proposeTitle(account.name)}
            text={words.proposeText}
            disabledReason={cancelled}
            {...reason}
          />
          {closed ? null : (
            <ConfirmAction
              action={sanctionAction.bind(null, 'close', account.slug)}
              label={messages.abuse.incident.close.submit}
              title={messages.abuse.incident.close.confirmTitle(account.name)}
              text={messages.abuse.incident.close.text}
              disabledReason={adminOnly}
              {...reason}
            />
          )}
        </div>
      </div>
    </Card>
  );
}
