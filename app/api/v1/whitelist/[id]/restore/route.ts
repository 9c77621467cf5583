import { restoreEntry } from '../../../../../../lib/operations/restore-entry.ts';
import { restoreEndpoint } from '../../../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../../../lib/web/api/handler.ts';
import { readEntry } from '../../../../../../lib/web/api/read-entries.ts';

export const POST = handle(restoreEndpoint, async (call) => {
  const { database, actor, now, params, body } = call;
  const result = await restoreEntry({ database, actor, now, id: params.id, side: 'staff', ...body });
  return result.ok ? answer(200, await readEntry(call, result.entry.id)) : result;
});
