import type { ReportRowView } from './report-table.tsx';

type StoredReport = {
  problems: readonly string[];
  feedbackType: string | null;
  configured: boolean;
  entryId: string | null;
};

const known: readonly string[] = ['abuse', 'fraud', 'virus'];

/** Why nobody weighed a report by itself: the first thing that stood against it. */
export function whyItWaits({ problems, feedbackType, configured }: StoredReport): ReportRowView['why'] {
  if (problems.length > 0) return 'malformed';
  if (!known.includes(feedbackType ?? '')) return 'unknown_type';
  return configured ? 'not_mapped' : 'not_configured';
}
