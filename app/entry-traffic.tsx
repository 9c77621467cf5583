import { TrafficCard } from '../components/whitelist/traffic-card.tsx';
import { trafficView } from '../components/whitelist/traffic-view.ts';
import { trafficDaysOf } from '../db/queries/traffic.ts';
import { daysOf, parseTrafficPeriod } from '../lib/domain/traffic-series.ts';
import { paths } from '../lib/web/paths.ts';
import { portal } from '../lib/web/portal.ts';

type Props = {
  entryId: string;
  /** slug */
  server: string;
  /** where it stands, without a query */
  page: string;
  /** as it stands in the address of the page */
  period: string | undefined;
  now: number;
};

/** What came from one address, for its owners and for staff. */
export async function EntryTraffic({ entryId, server, page, period, now }: Props) {
  const days = parseTrafficPeriod(period);
  const [from = '', to = ''] = [daysOf(days, new Date(now))[0], daysOf(1, new Date(now))[0]];
  const rows = await trafficDaysOf(portal().database, [entryId], from, to);
  return (
    <TrafficCard view={trafficView(rows, days, now, { file: paths.entryMessages(server, entryId), page })} />
  );
}
