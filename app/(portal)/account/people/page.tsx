import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { InviteForm } from '../../../../components/account/invite-form.tsx';
import { RoleForm } from '../../../../components/account/role-form.tsx';
import { ConfirmAction } from '../../../../components/form/confirm-action.tsx';
import { MorePages } from '../../../../components/shell/more-pages.tsx';
import { When } from '../../../../components/time/when.tsx';
import { ButtonLink } from '../../../../components/ui/button-link.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { EmailAddress } from '../../../../components/ui/email-address.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { Table, type TableRow } from '../../../../components/ui/table.tsx';
import { lastWithdrawnInvitation } from '../../../../db/queries/account-invitations.ts';
import { type Belonging, pageOfPeople } from '../../../../db/queries/people-page.ts';
import { mayInAccount } from '../../../../lib/domain/permissions.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { titleFor } from '../../../../lib/web/page-title.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireViewer } from '../../../../lib/web/session.ts';
import { ownAccounts } from '../../own-accounts.ts';
import { changeRoleAction, endMembershipAction, inviteAction, withdrawInvitationAction } from './actions.ts';

const words = messages.account.people;
const PAGE_SIZE = 50;
/** Below more of them the form is out of sight. */
const FEW_PEOPLE = 5;

export function generateMetadata(): Promise<Metadata> {
  return titleFor(words.title, ({ viewer }) =>
    viewer.memberships.some(({ accountId }) => mayInAccount(viewer, accountId, 'manage_people')),
  );
}

/** The people of each account that the viewer owns; for anybody else the page does not exist. */
type Props = { searchParams: Promise<{ account?: string; cursor?: string }> };

export default async function PeoplePage({ searchParams }: Props) {
  const session = await requireViewer();
  const { viewer } = session;
  const asked = await searchParams;
  const { database } = portal();
  const owned = (await ownAccounts(viewer)).filter(({ id }) => mayInAccount(viewer, id, 'manage_people'));
  if (owned.length === 0) notFound();
  const clock = clockOf(session);
  const accounts = await Promise.all(
    owned.map(async (account) => {
      const cursor = account.slug === asked.account ? asked.cursor : undefined;
      const page = { limit: PAGE_SIZE, cursor };
      const [people, withdrawn] = await Promise.all([
        pageOfPeople(database, account.id, new Date(clock.now), page),
        lastWithdrawnInvitation(database, account.id),
      ]);
      return { ...account, cursor, withdrawn, ...people };
    }),
  );

  const rowOfMember = (accountId: string, member: Belonging): TableRow => ({
    key: member.id,
    cells: {
      person: (
        <>
          <span className="font-medium">{member.name ?? <EmailAddress>{member.email}</EmailAddress>}</span>
          {member.id === viewer.personId ? <span className="text-second"> · {words.you}</span> : null}
          <span className="block text-second text-small">
            {member.name === null ? null : <EmailAddress>{member.email}</EmailAddress>}
            {member.joined ? null : <span className="block">{words.invited}</span>}
          </span>
        </>
      ),
      since: <When at={member.since} clock={clock} as="date" />,
      ...roleAndEnd(
        <RoleForm
          action={changeRoleAction}
          accountId={accountId}
          personId={member.id}
          person={member.name ?? member.email}
          role={member.role}
        />,
        <ConfirmAction
          action={endMembershipAction}
          label={words.end}
          title={words.endTitle(member.name ?? member.email)}
          text={words.endText}
          hidden={{ account: accountId, person: member.id }}
        />,
      ),
    },
  });

  const rowOfInvited = (accountId: string, { id, email, role, since }: Belonging): TableRow => ({
    key: id,
    cells: {
      person: (
        <>
          <span className="font-medium">
            <EmailAddress>{email}</EmailAddress>
          </span>
          <span className="block text-second text-small">{words.pending}</span>
        </>
      ),
      since: <When at={since} clock={clock} as="date" />,
      ...roleAndEnd(
        messages.shell.roles[role],
        <ConfirmAction
          action={withdrawInvitationAction}
          label={words.withdraw}
          title={words.withdrawTitle(email)}
          text={words.withdrawText}
          hidden={{ account: accountId, invitation: id }}
        />,
      ),
    },
  });

  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      {accounts.map((account) => (
        <section key={account.id} aria-label={account.name} className="flex flex-col gap-5">
          {accounts.length > 1 ? <h2 className="font-semibold">{account.name}</h2> : null}
          {account.rows.length > FEW_PEOPLE ? (
            <div>
              <ButtonLink href={`#invite-${account.slug}`}>{words.invite}</ButtonLink>
            </div>
          ) : null}
          <Table
            caption={words.caption}
            columns={[
              { key: 'person', heading: words.person, className: 'wrap-anywhere' },
              { key: 'since', heading: words.since, show: 'wide' },
              // The buttons keep their width, and an address gets all the rest.
              { key: 'role', heading: words.role, className: 'max-md:w-px' },
              { key: 'end', heading: words.end, quiet: true, align: 'end', show: 'wide' },
            ]}
            rows={account.rows.map((person) =>
              person.kind === 'member' ? rowOfMember(account.id, person) : rowOfInvited(account.id, person),
            )}
          />
          <MorePages
            {...(accounts.length > 1 ? { of: account.name } : {})}
            nextHref={
              account.nextCursor === null
                ? null
                : paths.accountPeople({ account: account.slug, cursor: account.nextCursor })
            }
            firstHref={account.cursor === undefined ? null : paths.accountPeople()}
          />
          <Card id={`invite-${account.slug}`} title={words.invite}>
            {/* Begins anew once one is withdrawn: it may still say that the person was invited. */}
            <InviteForm key={account.withdrawn} action={inviteAction} accountId={account.id} />
          </Card>
        </section>
      ))}
    </>
  );
}

/** On a narrow screen the button stands below the role: beside it there is no room for an address. */
function roleAndEnd(role: ReactNode, end: ReactNode): Record<'role' | 'end', ReactNode> {
  return {
    role: (
      <div className="grid justify-items-start gap-2">
        {role}
        <div className="md:hidden">{end}</div>
      </div>
    ),
    end,
  };
}
