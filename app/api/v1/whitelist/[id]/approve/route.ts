import { approveEntry } from '../../../../../../lib/operations/approve-entry.ts';
import { grantScope } from '../../../../../../lib/operations/grant-scope.ts';
import { approveEndpoint } from '../../../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../../../lib/web/api/handler.ts';
import { asksForWiderScope, networkOf, readEntry } from '../../../../../../lib/web/api/read-entries.ts';

export const POST = handle(approveEndpoint, async (call) => {
  const { database, actor, now, params, body } = call;
  if (await asksForWiderScope(call, params.id)) {
    const granted = await grantScope({ database, actor, now, id: params.id, ...body });
    return granted.ok ? answer(200, await readEntry(call, granted.entry.id)) : granted;
  }
  const result = await approveEntry({ database, actor, now, id: params.id, ...body });
  if (!result.ok) return { ...result, network: await networkOf(call, params.id) };
  const { approvals, required } = result;
  if (approvals < required) return answer(202, { approvals, required });
  return answer(200, await readEntry(call, result.entry.id));
});
