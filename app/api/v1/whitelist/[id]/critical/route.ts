import { markCritical } from '../../../../../../lib/operations/mark-critical.ts';
import { criticalEndpoint } from '../../../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../../../lib/web/api/handler.ts';
import { readEntry } from '../../../../../../lib/web/api/read-entries.ts';

export const POST = handle(criticalEndpoint, async (call) => {
  const { database, actor, now, params, body } = call;
  const result = await markCritical({ database, actor, now, id: params.id, ...body });
  return result.ok ? answer(200, await readEntry(call, result.entry.id)) : result;
});
