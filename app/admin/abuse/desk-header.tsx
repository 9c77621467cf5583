import Link from 'next/link';
import { type AbuseTab, AbuseTabs } from '../../../components/abuse/abuse-tabs.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { countAbuse } from '../../../db/queries/abuse-desk.ts';
import { messages } from '../../../lib/web/messages.ts';
import { paths } from '../../../lib/web/paths.ts';
import { portal } from '../../../lib/web/portal.ts';

const words = messages.abuse;

/** Above every part of the abuse desk: where one is, what waits elsewhere, and what the fuse holds. */
export async function DeskHeader({ tab, title, lead }: { tab: AbuseTab; title: string; lead: string }) {
  const counts = await countAbuse(portal().database);
  return (
    <>
      <PageHeader title={title} lead={lead} />
      <AbuseTabs current={tab} counts={counts} />
      {counts.held > 0 && tab !== 'fuse' ? (
        <Notice tone="out" title={words.fuseHolds.title(counts.held)}>
          {words.fuseHolds.text}{' '}
          <Link href={paths.adminFuse()} className="rounded-chip font-medium text-ink underline">
            {words.fuseHolds.link}
          </Link>
        </Notice>
      ) : null}
    </>
  );
}
