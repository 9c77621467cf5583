import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { PageHeader } from '../../../../../../components/ui/page-header.tsx';
import { RequestForm } from '../../../../../../components/whitelist/request-form.tsx';
import { listSenderDomains } from '../../../../../../db/queries/servers.ts';
import { mayInAccount } from '../../../../../../lib/domain/permissions.ts';
import { isPublicAddress } from '../../../../../../lib/domain/special-purpose.ts';
import { clientAddress } from '../../../../../../lib/web/client-address.ts';
import { messages } from '../../../../../../lib/web/messages.ts';
import { portal } from '../../../../../../lib/web/portal.ts';
import { requireViewer } from '../../../../../../lib/web/session.ts';
import { findOwnServer } from '../../../own-server.ts';
import { requestAction } from './actions.ts';

const words = messages.requestForm;

export const metadata: Metadata = { title: words.title };

type Props = { params: Promise<{ server: string }>; searchParams: Promise<{ network?: string }> };

export default async function NewRequestPage({ params, searchParams }: Props) {
  const session = await requireViewer();
  const { server: slug } = await params;
  const { network } = await searchParams;
  const found = await findOwnServer(session.viewer, slug);
  if (found === undefined || !mayInAccount(session.viewer, found.account.id, 'request_entry')) notFound();
  const address = clientAddress(await headers());
  return (
    <>
      <PageHeader title={words.title} lead={words.lead(found.server.slug)} />
      <RequestForm
        action={requestAction}
        server={found.server.slug}
        senderDomains={await listSenderDomains(portal().database, found.server.id)}
        acceptsResponsibility={mayInAccount(session.viewer, found.account.id, 'accept_responsibility')}
        clientAddress={address !== null && isPublicAddress(address) ? address : null}
        {...(network === undefined ? {} : { initialNetwork: network })}
      />
    </>
  );
}
