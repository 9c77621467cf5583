import { isFromLoopback } from '../../../lib/web/loopback.ts';
import { portalMetrics } from '../../../lib/web/metrics.ts';

export const dynamic = 'force-dynamic';

/** For a collector on this machine; for anybody else there is no such page. */
export async function GET(request: Request): Promise<Response> {
  if (!isFromLoopback(request.headers)) return new Response('Not found\n', { status: 404 });
  const { registry } = portalMetrics();
  return new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } });
}
