import { refuseScope } from '../../../../../../lib/operations/refuse-scope.ts';
import { rejectEntry } from '../../../../../../lib/operations/reject-entry.ts';
import { rejectEndpoint } from '../../../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../../../lib/web/api/handler.ts';
import { asksForWiderScope, readEntry } from '../../../../../../lib/web/api/read-entries.ts';

export const POST = handle(rejectEndpoint, async (call) => {
  const { database, actor, now, params, body } = call;
  const decide = (await asksForWiderScope(call, params.id)) ? refuseScope : rejectEntry;
  const result = await decide({ database, actor, now, id: params.id, ...body });
  return result.ok ? answer(200, await readEntry(call, result.entry.id)) : result;
});
