import type { ReportRowView } from './report-table.tsx';

type StoredReport = {
  problems: readonly string[];
  feedbackType: string | null;
  configured: boolean;
  entryId: string | null;
  notMapped: string | null;
};

const known: readonly string[] = ['abuse', 'fraud', 'virus'];

/** Why nobody weighed a report by itself: the first thing that stood against it. */
export function whyItWaits(report: StoredReport): ReportRowView['why'] {
  const { problems, feedbackType, configured, entryId, notMapped } = report;
  if (problems.length > 0) return 'malformed';
  if (!known.includes(feedbackType ?? '')) return 'unknown_type';
  if (!configured) return 'not_configured';
  return entryId !== null && notMapped !== null ? 'doubtful' : 'not_mapped';
}
