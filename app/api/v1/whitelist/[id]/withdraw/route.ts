import { withdrawEntry } from '../../../../../../lib/operations/withdraw-entry.ts';
import { withdrawEndpoint } from '../../../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../../../lib/web/api/handler.ts';
import { readEntry } from '../../../../../../lib/web/api/read-entries.ts';

export const POST = handle(withdrawEndpoint, async (call) => {
  const { database, actor, now, params } = call;
  const result = await withdrawEntry({ database, actor, now, id: params.id });
  return result.ok ? answer(200, await readEntry(call, result.entry.id)) : result;
});
