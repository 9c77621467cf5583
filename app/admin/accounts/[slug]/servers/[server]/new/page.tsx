import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { OnBehalfForm } from '../../../../../../../components/accounts/on-behalf-form.tsx';
import { PageHeader } from '../../../../../../../components/ui/page-header.tsx';
import { whyNotHere } from '../../../../../../../components/whitelist/asking.ts';
import { ServerNotice } from '../../../../../../../components/whitelist/standing-notice.tsx';
import { findServer } from '../../../../../../../db/queries/entries.ts';
import { mayAsStaff } from '../../../../../../../lib/domain/permissions.ts';
import { messages } from '../../../../../../../lib/web/messages.ts';
import { titleFor } from '../../../../../../../lib/web/page-title.ts';
import { portal } from '../../../../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../../../../lib/web/session.ts';
import { requestOnBehalfAction } from './actions.ts';

const words = messages.staffAccount.request;

type Props = { params: Promise<{ slug: string; server: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, server } = await params;
  return titleFor(words.title, async ({ viewer }) => {
    if (!mayAsStaff(viewer, 'request_on_behalf')) return false;
    return (await findServer(portal().database, viewer, server))?.account.slug === slug;
  });
}

export default async function RequestOnBehalfPage({ params }: Props) {
  const session = await requireStaff('request_on_behalf');
  const { slug, server } = await params;
  const found = await findServer(portal().database, session.viewer, server);
  if (found === undefined || found.account.slug !== slug) notFound();
  return (
    <>
      <PageHeader title={words.title} lead={words.lead(found.account.name, found.server.slug)} />
      <ServerNotice server={found.server} account={found.account} />
      {whyNotHere({ may: true, account: found.account.status, server: found.server.status }) === null ? (
        <OnBehalfForm action={requestOnBehalfAction} server={found.server.slug} />
      ) : null}
    </>
  );
}
