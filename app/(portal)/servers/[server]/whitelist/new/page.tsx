import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { Button } from '../../../../../../components/ui/button.tsx';
import { ButtonLink } from '../../../../../../components/ui/button-link.tsx';
import { EmptyState } from '../../../../../../components/ui/empty-state.tsx';
import { PageHeader } from '../../../../../../components/ui/page-header.tsx';
import { whyNotHere } from '../../../../../../components/whitelist/asking.ts';
import { FindAddress } from '../../../../../../components/whitelist/find-address.tsx';
import { PlanNotice } from '../../../../../../components/whitelist/plan-notice.tsx';
import { RequestForm } from '../../../../../../components/whitelist/request-form.tsx';
import { ServerNotice } from '../../../../../../components/whitelist/standing-notice.tsx';
import { placesOf } from '../../../../../../db/queries/facts-of-accounts.ts';
import { listFoundAddresses } from '../../../../../../db/queries/found-addresses.ts';
import { currentPolicy } from '../../../../../../db/queries/policy.ts';
import { listSenderDomains } from '../../../../../../db/queries/servers.ts';
import { mayInAccount } from '../../../../../../lib/domain/permissions.ts';
import { paidSubscription } from '../../../../../../lib/domain/requirements.ts';
import { isPublicAddress } from '../../../../../../lib/domain/special-purpose.ts';
import { clientAddress } from '../../../../../../lib/web/client-address.ts';
import { clockOf } from '../../../../../../lib/web/clock.ts';
import { requirementSentence } from '../../../../../../lib/web/messages/requirements.ts';
import { messages } from '../../../../../../lib/web/messages.ts';
import { titleFor } from '../../../../../../lib/web/page-title.ts';
import { paths } from '../../../../../../lib/web/paths.ts';
import { portal } from '../../../../../../lib/web/portal.ts';
import { findAddressOf } from '../../../../../../lib/web/proof-address.ts';
import { requireViewer } from '../../../../../../lib/web/session.ts';
import { findOwnServer } from '../../../own-server.ts';
import { requestAction } from './actions.ts';

const words = messages.requestForm;
/** What came before that is not what somebody looks for now. */
const FOUND_SINCE_MS = 3_600_000;

type Props = { params: Promise<{ server: string }>; searchParams: Promise<{ network?: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { server } = await params;
  return titleFor(words.title, async ({ viewer }) => {
    const found = await findOwnServer(viewer, server);
    return found !== undefined && mayInAccount(viewer, found.account.id, 'request_entry');
  });
}

export default async function NewRequestPage({ params, searchParams }: Props) {
  const session = await requireViewer();
  const { server: slug } = await params;
  const { network } = await searchParams;
  const found = await findOwnServer(session.viewer, slug);
  if (found === undefined || !mayInAccount(session.viewer, found.account.id, 'request_entry')) notFound();
  const { server, account } = found;
  const lead = <PageHeader title={words.title} lead={words.lead(server.slug)} />;
  const standing = <ServerNotice server={server} account={account} />;
  // Nothing could come of it, and what is typed would be refused.
  if (whyNotHere({ may: true, account: account.status, server: server.status }) !== null) {
    return (
      <>
        {lead}
        {standing}
      </>
    );
  }
  const address = clientAddress(await headers());
  const clock = clockOf(session);
  const { database } = portal();
  const senderDomains = await listSenderDomains(database, server.id);
  const policy = await currentPolicy(database);
  const paid = paidSubscription(await placesOf(database, server.id), policy, new Date(clock.now));
  const since = new Date(clock.now - FOUND_SINCE_MS);
  const came = await listFoundAddresses(database, server.id, since);
  return (
    <>
      {lead}
      {standing}
      {paid.verdict === 'fail' ? <PlanNotice {...requirementSentence(paid)} /> : null}
      {senderDomains.length > 0 ? (
        <FindAddress
          clock={clock}
          server={server.slug}
          sendTo={findAddressOf(server.id, new Date(clock.now))}
          senderDomains={senderDomains}
          came={came.map(({ id, address: from, ehlo, seenAt }) => ({ id, from, ehlo, at: seenAt.getTime() }))}
        />
      ) : (
        <EmptyState
          title={words.noDomainsTitle(server.slug)}
          action={
            mayInAccount(session.viewer, account.id, 'manage_domains') ? (
              <ButtonLink href={paths.serverDomains(server.slug)} variant="primary">
                {words.addDomain}
              </ButtonLink>
            ) : (
              <Button disabledReason={messages.domains.ownersOnly}>{words.addDomain}</Button>
            )
          }
        >
          {words.noDomains}
        </EmptyState>
      )}
      <RequestForm
        action={requestAction}
        server={server.slug}
        senderDomains={senderDomains}
        acceptsResponsibility={mayInAccount(session.viewer, account.id, 'accept_responsibility')}
        reviewMonths={policy.reviewMonths}
        clientAddress={address !== null && isPublicAddress(address) ? address : null}
        {...(network === undefined ? {} : { initialNetwork: network })}
      />
    </>
  );
}
