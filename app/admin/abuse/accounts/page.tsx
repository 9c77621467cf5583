import Link from 'next/link';
import { ProposalForm } from '../../../../components/abuse/proposal-form.tsx';
import { MorePages } from '../../../../components/shell/more-pages.tsx';
import { When } from '../../../../components/time/when.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { EmptyState } from '../../../../components/ui/empty-state.tsx';
import { Table } from '../../../../components/ui/table.tsx';
import { type ProposalRow, pageOfProposals } from '../../../../db/queries/abuse-desk.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { staffTitle } from '../../../../lib/web/page-title.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { DeskHeader } from '../desk-header.tsx';
import { proposalAction } from './actions.ts';

const words = messages.abuse.proposals;
const PAGE_SIZE = 25;

export const generateMetadata = staffTitle(words.title, 'suspend_account');

/** What is proposed to do to accounts, and what became of earlier proposals. */
export default async function ProposalsPage({
  searchParams,
}: {
  searchParams: Promise<{ cursor?: string }>;
}) {
  const session = await requireStaff('suspend_account');
  const clock = clockOf(session);
  const { cursor } = await searchParams;
  const { rows, nextCursor } = await pageOfProposals(portal().database, {}, { limit: PAGE_SIZE, cursor });
  const open = rows.filter((row) => row.decidedAt === null);
  const decided = rows.filter((row) => row.decidedAt !== null);
  return (
    <>
      <DeskHeader tab="proposals" title={words.title} lead={words.lead} />
      {open.length === 0 && cursor === undefined ? (
        <EmptyState title={words.emptyTitle}>{words.empty}</EmptyState>
      ) : null}
      {open.map((row) => (
        <Card
          key={row.id}
          id={`proposal-${row.id}`}
          title={
            <>
              {words.kinds[row.kind]}: <AccountLink account={row.account} />
            </>
          }
          aside={<When at={row.createdAt} clock={clock} />}
        >
          <p>{reasonOf(row)}</p>
          <p className="text-second">{words.by(row.proposedByName)}</p>
          <ProposalForm
            action={proposalAction.bind(null, { id: row.id, kind: row.kind })}
            kind={row.kind}
            doDisabled={
              row.kind === 'cancel_account' && row.proposedBy === session.viewer.personId
                ? `${words.samePerson.message} ${words.samePerson.nextStep}`
                : null
            }
          />
        </Card>
      ))}
      {decided.length === 0 ? null : (
        <section className="flex flex-col gap-3">
          <h2 className="font-semibold">{words.beforeTitle}</h2>
          <Table
            caption={words.beforeTitle}
            columns={[
              { key: 'account', heading: messages.staff.accounts.account },
              { key: 'decision', heading: messages.abuse.fuse.decision },
            ]}
            rows={decided.map((row) => ({
              key: row.id,
              cells: {
                account: (
                  <>
                    <AccountLink account={row.account} />
                    <p className="text-second text-small">{words.kinds[row.kind]}</p>
                  </>
                ),
                decision: (
                  <>
                    {words.before[row.decision ?? 'dismissed']},{' '}
                    <When at={row.decidedAt ?? row.createdAt} clock={clock} />
                    <p className="text-second text-small [overflow-wrap:anywhere]">
                      {words.decidedBy(row.decidedByName)}: “{row.decidedReason}”
                    </p>
                  </>
                ),
              },
            }))}
            top
          />
        </section>
      )}
      <MorePages
        nextHref={nextCursor === null ? null : paths.adminProposals({ cursor: nextCursor })}
        firstHref={cursor === undefined ? null : paths.adminProposals()}
      />
    </>
  );
}

function AccountLink({ account }: { account: ProposalRow['account'] }) {
  return (
    <Link href={paths.adminAccount(account.slug)} className="rounded-chip underline">
      {account.name}
    </Link>
  );
}

/** What the ladder counted, or what somebody wrote. */
function reasonOf({ reason, evidence, proposedBy }: ProposalRow): string {
  if (proposedBy !== null) return `“${reason}”`;
  const { removals, days } = evidence;
  return typeof removals === 'number' && typeof days === 'number'
    ? words.removals(removals, days)
    : words.system;
}
