import { downloadTraffic } from '../../../../../../../lib/web/download-traffic.ts';

type Context = { params: Promise<{ server: string; id: string }> };

/** Figures of one entry. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { server, id } = await params;
  return downloadTraffic(request, { server, entryId: id });
}
