import 'server-only';
import { parseTrafficPeriod } from '../domain/traffic-series.ts';
import { exportTraffic } from '../operations/export-traffic.ts';
import { download } from './download.ts';

/** A file of figures, for as many days and in the unit that the page has asked for. */
export function downloadTraffic(
  request: Request,
  of: { server: string; entryId: string | null },
): Promise<Response> {
  const query = new URL(request.url).searchParams;
  return download(request, async (context) => {
    const result = await exportTraffic({
      ...context,
      ...of,
      days: parseTrafficPeriod(query.get('days') ?? undefined),
      unit: query.get('unit') === 'hour' ? 'hour' : 'day',
    });
    return result.ok ? { ...result, type: 'text/csv; charset=utf-8' } : result;
  });
}
