import type { Metadata } from 'next';
import { ActionButton } from '../../../../components/form/action-button.tsx';
import { When } from '../../../../components/time/when.tsx';
import { EmptyState } from '../../../../components/ui/empty-state.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { Table } from '../../../../components/ui/table.tsx';
import { listInvitationsOf } from '../../../../db/queries/account-invitations.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireViewer } from '../../../../lib/web/session.ts';
import { answerInvitationAction } from './actions.ts';

const words = messages.account.invitations;
const roles = messages.shell.roles;

export const metadata: Metadata = { title: words.title };

/** The accounts that ask whoever is signed in to join. */
export default async function InvitationsPage() {
  const session = await requireViewer();
  const clock = clockOf(session);
  const invitations = await listInvitationsOf(portal().database, session.viewer.personId, new Date());
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      {invitations.length === 0 ? (
        <EmptyState title={words.emptyTitle}>{words.empty}</EmptyState>
      ) : (
        <Table
          caption={words.caption}
          columns={[
            { key: 'account', heading: words.account },
            { key: 'role', heading: words.role },
            { key: 'until', heading: words.until, show: 'wide' },
            { key: 'answer', heading: words.answer, quiet: true, align: 'end' },
          ]}
          rows={invitations.map(({ id, account, role, expiresAt }) => ({
            key: id,
            cells: {
              account: <span className="font-medium">{account}</span>,
              role: roles[role],
              until: <When at={expiresAt} clock={clock} as="date" />,
              answer: (
                <div className="flex flex-wrap justify-end gap-2">
                  <ActionButton
                    action={answerInvitationAction}
                    label={words.accept}
                    variant="primary"
                    hidden={{ invitation: id, answer: 'accept' }}
                  />
                  <ActionButton
                    action={answerInvitationAction}
                    label={words.decline}
                    hidden={{ invitation: id, answer: 'decline' }}
                  />
                </div>
              ),
            },
          }))}
        />
      )}
    </>
  );
}
