import { abuse } from '../../lib/web/messages/abuse.ts';
import { paths } from '../../lib/web/paths.ts';

const words = abuse.tabs;

const hrefs = {
  seen: paths.adminAbuse(),
  reports: paths.adminReports(),
  fuse: paths.adminFuse(),
  proposals: paths.adminProposals(),
  ladder: paths.adminLadder(),
  incident: paths.adminIncident(),
} as const;

export type AbuseTab = keyof typeof hrefs;

/** The parts of the abuse desk, each with how much waits there. */
export function AbuseTabs({
  current,
  counts,
}: {
  current: AbuseTab;
  counts: { reports: number; held: number; proposals: number; called: number };
}) {
  const waiting: Partial<Record<AbuseTab, number>> = {
    seen: counts.called,
    reports: counts.reports,
    fuse: counts.held,
    proposals: counts.proposals,
  };
  return (
    <nav aria-label={words.label} className="flex flex-wrap gap-x-5 gap-y-2">
      {(Object.keys(hrefs) as AbuseTab[]).map((tab) => (
        <a
          key={tab}
          href={hrefs[tab]}
          aria-current={tab === current ? 'page' : undefined}
          className={
            tab === current
              ? 'rounded-chip font-medium underline decoration-2 decoration-in-force underline-offset-8'
              : 'rounded-chip text-second hover:text-ink'
          }
        >
          {words[tab]}
          {waiting[tab] ? (
            <span className="ml-1.5 inline-block text-second text-small tabular-nums">{waiting[tab]}</span>
          ) : null}
        </a>
      ))}
    </nav>
  );
}
