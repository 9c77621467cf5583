import { databaseAnswers } from '../../../lib/web/health.ts';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const healthy = await databaseAnswers();
  const headers = { 'cache-control': 'no-store' };
  return Response.json({ status: healthy ? 'ok' : 'unavailable' }, { status: healthy ? 200 : 503, headers });
}
