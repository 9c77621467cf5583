import { downloadTraffic } from '../../../../../lib/web/download-traffic.ts';

type Context = { params: Promise<{ server: string }> };

/** Figures of all entries of a server. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { server } = await params;
  return downloadTraffic(request, { server, entryId: null });
}
