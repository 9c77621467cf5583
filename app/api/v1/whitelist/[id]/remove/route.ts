import { removeEntry } from '../../../../../../lib/operations/remove-entry.ts';
import { removeEndpoint } from '../../../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../../../lib/web/api/handler.ts';
import { readEntry } from '../../../../../../lib/web/api/read-entries.ts';

export const POST = handle(removeEndpoint, async (call) => {
  const { database, actor, holder, now, params, body } = call;
  const side = holder.scope === 'staff' ? 'staff' : 'owner';
  const result = await removeEntry({ database, actor, now, id: params.id, side, ...body });
  return result.ok ? answer(200, await readEntry(call, result.entry.id)) : result;
});
