import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { MorePages } from '../../../../../components/shell/more-pages.tsx';
import { Button } from '../../../../../components/ui/button.tsx';
import { ButtonLink } from '../../../../../components/ui/button-link.tsx';
import { EmptyWords } from '../../../../../components/ui/empty-state.tsx';
import { PageHeader } from '../../../../../components/ui/page-header.tsx';
import { emptyList, noMatch, whyNotHere } from '../../../../../components/whitelist/asking.ts';
import { EntryTable } from '../../../../../components/whitelist/entry-table.tsx';
import { ListSearch } from '../../../../../components/whitelist/list-search.tsx';
import { PlanNotice } from '../../../../../components/whitelist/plan-notice.tsx';
import { ServerNotice } from '../../../../../components/whitelist/standing-notice.tsx';
import { TrafficCard } from '../../../../../components/whitelist/traffic-card.tsx';
import { trafficView } from '../../../../../components/whitelist/traffic-view.ts';
import { WaitingBanner } from '../../../../../components/whitelist/waiting-banner.tsx';
import { placesOf } from '../../../../../db/queries/facts-of-accounts.ts';
import { currentPolicy } from '../../../../../db/queries/policy.ts';
import { serverTrafficDays } from '../../../../../db/queries/traffic.ts';
import type { Evaluation } from '../../../../../lib/domain/evaluation.ts';
import { mayInAccount } from '../../../../../lib/domain/permissions.ts';
import { paidSubscription } from '../../../../../lib/domain/requirements.ts';
import { daysOf, parseTrafficPeriod } from '../../../../../lib/domain/traffic-series.ts';
import { requirementSentence } from '../../../../../lib/web/messages/requirements.ts';
import { messages } from '../../../../../lib/web/messages.ts';
import { titleFor } from '../../../../../lib/web/page-title.ts';
import { paths } from '../../../../../lib/web/paths.ts';
import { portal } from '../../../../../lib/web/portal.ts';
import { requireViewer } from '../../../../../lib/web/session.ts';
import { type ListQuery, loadListPage, lookedFor } from '../../../list-page.ts';
import { findOwnServer } from '../../own-server.ts';

const words = messages.whitelist.list;

type Props = {
  params: Promise<{ server: string }>;
  searchParams: Promise<ListQuery & { days?: string }>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { server } = await params;
  return titleFor(words.title, async ({ viewer }) => (await findOwnServer(viewer, server)) !== undefined);
}

export default async function ServerWhitelistPage({ params, searchParams }: Props) {
  const session = await requireViewer();
  const { server: slug } = await params;
  const asked = await searchParams;
  const { cursor, days: period } = asked;
  const q = lookedFor(asked);
  const found = await findOwnServer(session.viewer, slug);
  if (found === undefined) notFound();
  const { server, account } = found;
  const page = await loadListPage(session, { serverId: server.id }, asked, false);
  const days = parseTrafficPeriod(period);
  const [from = '', to = ''] = [
    daysOf(days, new Date(page.clock.now))[0],
    daysOf(1, new Date(page.clock.now))[0],
  ];
  const traffic = trafficView(
    await serverTrafficDays(portal().database, server.id, from, to),
    days,
    page.clock.now,
    { file: paths.serverMessages(server.slug), page: paths.serverWhitelist(server.slug) },
  );
  const unpaid =
    server.status === 'active' && account.status === 'active'
      ? await whyUnpaid(server.id, page.clock.now)
      : null;
  const cannot = whyNotHere({
    may: mayInAccount(session.viewer, account.id, 'request_entry'),
    account: account.status,
    server: server.status,
  });
  const empty = q === '' ? emptyList(cannot) : noMatch;
  const request =
    cannot === null ? (
      <ButtonLink href={paths.newRequest(server.slug)} variant="primary">
        {words.request}
      </ButtonLink>
    ) : (
      <Button disabledReason={cannot}>{words.request}</Button>
    );
  const actions = (
    <>
      <ButtonLink href={paths.serverDomains(server.slug)}>{messages.domains.link}</ButtonLink>
      {request}
    </>
  );
  return (
    <>
      <PageHeader title={words.title} lead={words.lead(server.slug)} actions={actions} />
      <ServerNotice server={server} account={account} />
      {unpaid === null ? null : <PlanNotice saw={requirementSentence(unpaid).saw} next={words.unpaid} />}
      <WaitingBanner items={page.waiting} />
      <ListSearch
        href={paths.serverWhitelist(server.slug)}
        q={q}
        several={page.nextCursor !== null || cursor !== undefined}
      />
      <EntryTable
        rows={page.rows}
        clock={page.clock}
        empty={<EmptyWords title={empty.title}>{empty.text}</EmptyWords>}
      />
      <MorePages
        nextHref={
          page.nextCursor === null ? null : paths.serverWhitelist(server.slug, { q, cursor: page.nextCursor })
        }
        firstHref={cursor === undefined ? null : paths.serverWhitelist(server.slug, { q })}
      />
      {page.rows.length === 0 ? null : (
        <div className="mt-5">
          <TrafficCard view={traffic} />
        </div>
      )}
    </>
  );
}

/** Why the subscription keeps every address of the server out of force; null: it does not. A full plan keeps none out. */
async function whyUnpaid(serverId: string, now: number): Promise<Evaluation | null> {
  const { database } = portal();
  const paid = paidSubscription(
    await placesOf(database, serverId),
    await currentPolicy(database),
    new Date(now),
  );
  return paid.verdict === 'fail' && paid.reason !== 'too_many_entries' ? paid : null;
}
