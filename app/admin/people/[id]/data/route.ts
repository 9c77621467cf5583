import { exportPerson } from '../../../../../lib/operations/export-person.ts';
import { download } from '../../../../../lib/web/download.ts';

type Context = { params: Promise<{ id: string }> };

/** Everything that is kept about a person, for that person. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { id } = await params;
  return download(request, async (context) => {
    const result = await exportPerson({ ...context, personId: id });
    if (!result.ok) return result;
    return { ok: true, name: `person-${id}.json`, type: 'application/json', text: result.text };
  });
}
