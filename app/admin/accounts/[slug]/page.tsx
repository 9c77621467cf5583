import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PeopleTable } from '../../../../components/accounts/people-table.tsx';
import { ServerTable } from '../../../../components/accounts/server-table.tsx';
import { DownloadButton } from '../../../../components/form/download-button.tsx';
import { MorePages } from '../../../../components/shell/more-pages.tsx';
import { ButtonLink } from '../../../../components/ui/button-link.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { whyNotHere } from '../../../../components/whitelist/asking.ts';
import { EntryTable } from '../../../../components/whitelist/entry-table.tsx';
import { entryRowView, timelineView } from '../../../../components/whitelist/entry-view.ts';
import { Timeline } from '../../../../components/whitelist/timeline.tsx';
import { findAccount, pageOfAccountServers } from '../../../../db/queries/account-page.ts';
import { listEntries } from '../../../../db/queries/entries.ts';
import { nodeRevisions, pageOfAccountEvents } from '../../../../db/queries/events.ts';
import { pageOfPeople } from '../../../../db/queries/people-page.ts';
import { withSilence } from '../../../../db/queries/silence.ts';
import { rowTraffic } from '../../../../db/queries/traffic.ts';
import { mayAsStaff } from '../../../../lib/domain/permissions.ts';
import { daysOf } from '../../../../lib/domain/traffic-series.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { titleFor } from '../../../../lib/web/page-title.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { Sanctions } from './sanctions.tsx';

const words = messages.staffAccount;
const ENTRIES = 25;
const EVENTS = 25;
const PEOPLE = 25;
const SERVERS = 25;

type Props = {
  params: Promise<{ slug: string }>;
  searchParams: Promise<{ servers?: string; people?: string; events?: string }>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug } = await params;
  return titleFor(
    `${slug} · ${messages.staff.accounts.title}`,
    async ({ viewer }) =>
      mayAsStaff(viewer, 'view_accounts') && (await findAccount(portal().database, slug)) !== undefined,
  );
}

/** One customer as support sees them: servers, people, addresses, and what happened. */
export default async function AccountPage({ params, searchParams }: Props) {
  const session = await requireStaff('view_accounts');
  const { slug } = await params;
  const asked = await searchParams;
  const { database } = portal();
  const account = await findAccount(database, slug);
  if (account === undefined) notFound();
  const clock = clockOf(session);
  const [servers, people, { rows }, events, nodes] = await Promise.all([
    pageOfAccountServers(database, account.id, { limit: SERVERS, cursor: asked.servers }),
    pageOfPeople(database, account.id, new Date(clock.now), { limit: PEOPLE, cursor: asked.people }),
    listEntries(database, session.viewer, { accountId: account.id }, { limit: ENTRIES }),
    pageOfAccountEvents(database, account.id, 'staff', { limit: EVENTS, cursor: asked.events }),
    nodeRevisions(database),
  ]);
  const shown = await withSilence(database, rows, new Date(clock.now));
  const traffic = await rowTraffic(
    database,
    rows.map((row) => row.entry.id),
    daysOf(7, new Date(clock.now)),
  );
  /** This page with another part of one list; the others stay where they are. */
  const hrefOf = (change: { [List in keyof typeof asked]?: string | undefined }, id: string) =>
    `${paths.adminAccount(slug, { ...asked, ...change })}#${id}`;
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
      <Section title={words.servers.title} id="servers">
        <ServerTable
          clock={clock}
          rows={servers.rows.map((server) => ({
            ...server,
            paidUntil: server.paidUntil?.getTime() ?? null,
            requestHref: paths.adminNewRequest(account.slug, server.slug),
            cannotRequest: whyNotHere({ may: true, account: account.status, server: server.status }),
          }))}
        />
        <MorePages
          of={words.servers.title}
          nextHref={servers.nextCursor === null ? null : hrefOf({ servers: servers.nextCursor }, 'servers')}
          firstHref={asked.servers === undefined ? null : hrefOf({ servers: undefined }, 'servers')}
        />
      </Section>
      <Sanctions account={account} viewer={session.viewer} />
      <Section title={words.entries}>
        {shown.length === 0 ? (
          <p className="text-second">{words.noEntries}</p>
        ) : (
          <EntryTable
            audience="support"
            clock={clock}
            caption={words.entries}
            rows={shown.map((row) =>
              entryRowView(row, {
                href: paths.adminEntry(row.entry.id),
                nodes,
                clock,
                spans: { servers: true },
                traffic: traffic.get(row.entry.id),
              }),
            )}
          />
        )}
      </Section>
      <Section title={words.people.title} id="people">
        <PeopleTable
          clock={clock}
          rows={people.rows.map(({ kind, since, ...person }) => ({
            ...person,
            since: since.getTime(),
            ...(kind === 'member' && mayAsStaff(session.viewer, 'erase_people')
              ? { href: paths.adminPerson(person.id) }
              : {}),
          }))}
        />
        <MorePages
          of={words.people.title}
          nextHref={people.nextCursor === null ? null : hrefOf({ people: people.nextCursor }, 'people')}
          firstHref={asked.people === undefined ? null : hrefOf({ people: undefined }, 'people')}
        />
      </Section>
      <Timeline
        items={timelineView(events.rows.toReversed())}
        clock={clock}
        pages={{
          nextHref: events.nextCursor === null ? null : hrefOf({ events: events.nextCursor }, 'timeline'),
          firstHref: asked.events === undefined ? null : hrefOf({ events: undefined }, 'timeline'),
        }}
      />
    </>
  );
}

function Section({ title, id, children }: { title: string; id?: string; children: React.ReactNode }) {
  return (
    <section id={id} className="flex flex-col gap-3">
      <h2 className="font-semibold">{title}</h2>
      {children}
    </section>
  );
}
