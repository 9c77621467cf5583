import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PeopleTable } from '../../../../components/accounts/people-table.tsx';
import { ServerTable } from '../../../../components/accounts/server-table.tsx';
import { DownloadButton } from '../../../../components/form/download-button.tsx';
import { ButtonLink } from '../../../../components/ui/button-link.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { whyNotHere } from '../../../../components/whitelist/asking.ts';
import { EntryTable } from '../../../../components/whitelist/entry-table.tsx';
import { entryRowView, timelineView } from '../../../../components/whitelist/entry-view.ts';
import { Timeline } from '../../../../components/whitelist/timeline.tsx';
import { findAccount, listAccountServers } from '../../../../db/queries/account-page.ts';
import { listEntries } from '../../../../db/queries/entries.ts';
import { listAccountEvents, nodeRevisions } from '../../../../db/queries/events.ts';
import { listMembers } from '../../../../db/queries/people.ts';
import { withSilence } from '../../../../db/queries/silence.ts';
import { rowTraffic } from '../../../../db/queries/traffic.ts';
import { mayAsStaff } from '../../../../lib/domain/permissions.ts';
import { daysOf } from '../../../../lib/domain/traffic-series.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { Sanctions } from './sanctions.tsx';

const words = messages.staffAccount;
const ENTRIES = 25;
const EVENTS = 25;

type Props = { params: Promise<{ slug: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${(await params).slug} · ${messages.staff.accounts.title}` };
}

/** One customer as support sees them: servers, people, addresses, and what happened. */
export default async function AccountPage({ params }: Props) {
  const session = await requireStaff('view_accounts');
  const { slug } = await params;
  const { database } = portal();
  const account = await findAccount(database, slug);
  if (account === undefined) notFound();
  const clock = clockOf(session);
  const [servers, people, { rows }, events, nodes] = await Promise.all([
    listAccountServers(database, account.id),
    listMembers(database, account.id),
    listEntries(database, session.viewer, { accountId: account.id }, { limit: ENTRIES }),
    listAccountEvents(database, account.id, EVENTS, 'staff', 'account'),
    nodeRevisions(database),
  ]);
  const shown = await withSilence(database, rows, new Date(clock.now));
  const traffic = await rowTraffic(
    database,
    rows.map((row) => row.entry.id),
    daysOf(7, new Date(clock.now)),
  );
  return (
    <>
      <PageHeader
        title={account.name}
        above={account.slug}
        lead={words.lead(
          messages.staff.accounts.states[account.status],
          String(account.createdAt.getUTCFullYear()),
        )}
        actions={
          <>
            <DownloadButton
              action={paths.adminAudit(account.slug)}
              label={messages.abuse.account.exportAudit}
            />
            <ButtonLink href={paths.adminEntries({ account: account.slug })}>{words.allEntries}</ButtonLink>
          </>
        }
      />
      <Section title={words.servers.title}>
        <ServerTable
          clock={clock}
          rows={servers.map((server) => ({
            ...server,
            paidUntil: server.paidUntil?.getTime() ?? null,
            requestHref: paths.adminNewRequest(account.slug, server.slug),
            cannotRequest: whyNotHere({ may: true, account: account.status, server: server.status }),
          }))}
        />
      </Section>
      <Sanctions account={account} servers={servers} viewer={session.viewer} />
      <Section title={words.entries}>
        {shown.length === 0 ? (
          <p className="text-second">{words.noEntries}</p>
        ) : (
          <EntryTable
            audience="support"
            clock={clock}
            caption={words.entries}
            rows={shown.map((row) =>
              entryRowView(
                row,
                paths.adminEntry(row.entry.id),
                nodes,
                clock,
                { servers: true },
                traffic.get(row.entry.id),
              ),
            )}
          />
        )}
      </Section>
      <Section title={words.people.title}>
        <PeopleTable
          clock={clock}
          rows={people.map(({ personId, since, ...person }) => ({
            ...person,
            id: personId,
            since: since.getTime(),
            ...(mayAsStaff(session.viewer, 'erase_people') ? { href: paths.adminPerson(personId) } : {}),
          }))}
        />
      </Section>
      <Timeline items={timelineView(events.toReversed())} clock={clock} />
    </>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">{title}</h2>
      {children}
    </section>
  );
}
