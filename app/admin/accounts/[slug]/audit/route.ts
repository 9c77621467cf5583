import { exportAudit } from '../../../../../lib/operations/export-audit.ts';
import { download } from '../../../../../lib/web/download.ts';

type Context = { params: Promise<{ slug: string }> };

/** Every event of an account, one JSON object a line, with what its hash is made over. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { slug } = await params;
  return download(request, async (context) => {
    const result = await exportAudit({ ...context, slug });
    if (!result.ok) return result;
    return {
      ok: true,
      name: `${slug}-log.ndjson`,
      type: 'application/x-ndjson',
      text: linesOf(result.lines),
    };
  });
}

async function* linesOf(events: AsyncIterable<unknown>): AsyncGenerator<string, void, undefined> {
  for await (const event of events) yield `${JSON.stringify(event)}\n`;
}
