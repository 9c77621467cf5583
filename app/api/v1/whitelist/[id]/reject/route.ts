import { rejectEntry } from '../../../../../../lib/operations/reject-entry.ts';
import { rejectEndpoint } from '../../../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../../../lib/web/api/handler.ts';
import { readEntry } from '../../../../../../lib/web/api/read-entries.ts';

export const POST = handle(rejectEndpoint, async (call) => {
  const { database, actor, now, params, body } = call;
  const result = await rejectEntry({ database, actor, now, id: params.id, ...body });
  return result.ok ? answer(200, await readEntry(call, result.entry.id)) : result;
});
