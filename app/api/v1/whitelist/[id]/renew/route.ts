import { renewEntry } from '../../../../../../lib/operations/renew-entry.ts';
import { renewEndpoint } from '../../../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../../../lib/web/api/handler.ts';
import { readEntry } from '../../../../../../lib/web/api/read-entries.ts';

export const POST = handle(renewEndpoint, async (call) => {
  const { database, actor, now, params, body } = call;
  const result = await renewEntry({ database, actor, now, id: params.id, leaseEnd: body.lease_end });
  return result.ok ? answer(200, await readEntry(call, result.entry.id)) : result;
});
