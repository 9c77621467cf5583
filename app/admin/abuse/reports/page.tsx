import type { Metadata } from 'next';
import { ReportTable } from '../../../../components/abuse/report-table.tsx';
import { whyItWaits } from '../../../../components/abuse/report-view.ts';
import { networkText } from '../../../../components/whitelist/entry-view.ts';
import { listOpenReports } from '../../../../db/queries/abuse-desk.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { DeskHeader } from '../desk-header.tsx';

const words = messages.abuse.reports;
const MOST = 100;

export const metadata: Metadata = { title: words.title };

export default async function ReportsPage() {
  const session = await requireStaff('handle_abuse');
  const reports = await listOpenReports(portal().database, MOST);
  return (
    <>
      <DeskHeader tab="reports" title={words.title} lead={words.lead} />
      <ReportTable
        clock={clockOf(session)}
        rows={reports.map((report) => ({
          id: report.id,
          href: paths.adminReport(report.id),
          receivedAt: report.receivedAt.getTime(),
          type: report.feedbackType,
          source: report.sourceIp === null ? null : networkText(report.sourceIp),
          reporter: report.reporterDomain,
          why: whyItWaits(report),
        }))}
      />
    </>
  );
}
