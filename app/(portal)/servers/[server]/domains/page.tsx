import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ClaimCard } from '../../../../../components/domains/claim-card.tsx';
import { ClaimForm } from '../../../../../components/domains/claim-form.tsx';
import { ConfirmAction } from '../../../../../components/form/confirm-action.tsx';
import { MorePages } from '../../../../../components/shell/more-pages.tsx';
import { When } from '../../../../../components/time/when.tsx';
import { ButtonLink } from '../../../../../components/ui/button-link.tsx';
import { Card } from '../../../../../components/ui/card.tsx';
import { EmptyState } from '../../../../../components/ui/empty-state.tsx';
import { PageHeader } from '../../../../../components/ui/page-header.tsx';
import { Table } from '../../../../../components/ui/table.tsx';
import { listClaims, listMissingDomains, pageOfVerifiedDomains } from '../../../../../db/queries/domains.ts';
import { mayInAccount } from '../../../../../lib/domain/permissions.ts';
import { clockOf } from '../../../../../lib/web/clock.ts';
import { challengeOf } from '../../../../../lib/web/domain-challenge.ts';
import { messages } from '../../../../../lib/web/messages.ts';
import { titleFor } from '../../../../../lib/web/page-title.ts';
import { paths } from '../../../../../lib/web/paths.ts';
import { portal } from '../../../../../lib/web/portal.ts';
import { requireViewer } from '../../../../../lib/web/session.ts';
import { findOwnServer } from '../../own-server.ts';
import { checkDomainAction, claimDomainAction, endDomainAction } from './actions.ts';

const words = messages.domains;
const PAGE_SIZE = 50;
/** Each has its record to copy and its own check. */
const MOST_CARDS = 20;

type Props = { params: Promise<{ server: string }>; searchParams: Promise<{ cursor?: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { server } = await params;
  return titleFor(words.title, async ({ viewer }) => (await findOwnServer(viewer, server)) !== undefined);
}

export default async function DomainsPage({ params, searchParams }: Props) {
  const session = await requireViewer();
  const { server: slug } = await params;
  const { cursor } = await searchParams;
  const found = await findOwnServer(session.viewer, slug);
  if (found === undefined) notFound();
  const { server, account } = found;
  const { database } = portal();
  const clock = clockOf(session);
  const [verified, missingNow, claims] = await Promise.all([
    pageOfVerifiedDomains(database, server.id, { limit: PAGE_SIZE, cursor }),
    listMissingDomains(database, server.id, MOST_CARDS + 1),
    listClaims(database, server.id),
  ]);
  const manages = mayInAccount(session.viewer, account.id, 'manage_domains');
  const disabledReason = manages ? null : words.ownersOnly;
  return (
    <>
      <PageHeader
        title={words.title}
        lead={words.lead(server.slug)}
        actions={
          <ButtonLink href={paths.serverWhitelist(server.slug)}>{messages.whitelist.list.title}</ButtonLink>
        }
      />
      {claims.slice(0, MOST_CARDS).map((claim) => (
        <ClaimCard
          key={claim.id}
          claim={{
            domain: claim.domain,
            ...challengeOf(server.id, claim.domain),
            checkedAt: claim.checkedAt?.getTime() ?? null,
            outcome: claim.outcome,
          }}
          server={server.slug}
          check={checkDomainAction}
          giveUp={endDomainAction}
          disabledReason={disabledReason}
          clock={clock}
        />
      ))}
      {missingNow.slice(0, MOST_CARDS).map(({ domain, missing }) =>
        missing === null ? null : (
          <ClaimCard
            key={domain}
            claim={{
              domain,
              ...challengeOf(server.id, domain),
              checkedAt: missing.checkedAt.getTime(),
              outcome: missing.outcome,
              until: missing.endsAt.getTime(),
            }}
            server={server.slug}
            check={checkDomainAction}
            giveUp={null}
            disabledReason={disabledReason}
            clock={clock}
          />
        ),
      )}
      {claims.length > MOST_CARDS || missingNow.length > MOST_CARDS ? (
        <p className="text-second">{words.moreWait}</p>
      ) : null}
      {verified.rows.length === 0 ? (
        <EmptyState title={words.emptyTitle}>{words.empty}</EmptyState>
      ) : (
        <Table
          caption={words.caption}
          columns={[
            { key: 'domain', heading: words.domain },
            { key: 'by', heading: words.by, show: 'wide' },
            { key: 'since', heading: words.since, show: 'wide' },
            { key: 'end', heading: words.end, quiet: true, align: 'end' },
          ]}
          rows={verified.rows.map(({ domain, source, verifiedAt }) => ({
            key: domain,
            cells: {
              domain: <span className="font-medium [overflow-wrap:anywhere]">{domain}</span>,
              by: words.sources[source],
              since: <When at={verifiedAt} clock={clock} as="date" />,
              end: (
                <ConfirmAction
                  action={endDomainAction}
                  label={words.end}
                  title={words.endTitle(domain)}
                  text={words.endText}
                  hidden={{ server: server.slug, domain }}
                  disabledReason={source === 'feed' ? words.fromFeed : disabledReason}
                />
              ),
            },
          }))}
        />
      )}
      <MorePages
        nextHref={
          verified.nextCursor === null
            ? null
            : paths.serverDomains(server.slug, { cursor: verified.nextCursor })
        }
        firstHref={cursor === undefined ? null : paths.serverDomains(server.slug)}
      />
      <Card id="add" title={words.add}>
        <ClaimForm
          action={claimDomainAction}
          server={server.slug}
          waiting={claims.map((claim) => claim.domain)}
          disabledReason={disabledReason}
        />
      </Card>
    </>
  );
}
