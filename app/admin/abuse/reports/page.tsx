import { ReportTable } from '../../../../components/abuse/report-table.tsx';
import { whyItWaits } from '../../../../components/abuse/report-view.ts';
import { MorePages } from '../../../../components/shell/more-pages.tsx';
import { networkText } from '../../../../components/whitelist/entry-view.ts';
import { pageOfOpenReports } from '../../../../db/queries/abuse-desk.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { staffTitle } from '../../../../lib/web/page-title.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { DeskHeader } from '../desk-header.tsx';

const words = messages.abuse.reports;
const PAGE_SIZE = 50;

export const generateMetadata = staffTitle(words.title, 'handle_abuse');

export default async function ReportsPage({ searchParams }: { searchParams: Promise<{ cursor?: string }> }) {
  const session = await requireStaff('handle_abuse');
  const { cursor } = await searchParams;
  const page = await pageOfOpenReports(portal().database, { limit: PAGE_SIZE, cursor });
  return (
    <>
      <DeskHeader tab="reports" title={words.title} lead={words.lead} />
      <ReportTable
        clock={clockOf(session)}
        rows={page.rows.map((report) => ({
          id: report.id,
          href: paths.adminReport(report.id),
          receivedAt: report.receivedAt.getTime(),
          type: report.feedbackType,
          source: report.sourceIp === null ? null : networkText(report.sourceIp),
          reporter: report.reporterDomain,
          why: whyItWaits(report),
        }))}
      />
      <MorePages
        nextHref={page.nextCursor === null ? null : paths.adminReports({ cursor: page.nextCursor })}
        firstHref={cursor === undefined ? null : paths.adminReports()}
      />
    </>
  );
}
