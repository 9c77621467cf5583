import { requestEntry } from '../../../../../../lib/operations/request-entry.ts';
import { listEntriesEndpoint, requestEntryEndpoint } from '../../../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../../../lib/web/api/handler.ts';
import { listServerEntries, readEntry } from '../../../../../../lib/web/api/read-entries.ts';
import { entryRequest } from '../../../../../../lib/web/api/requested.ts';

export const POST = handle(requestEntryEndpoint, async (call) => {
  const { database, actor, now, params, body } = call;
  const result = await requestEntry({ database, actor, now, request: entryRequest(params.server, body) });
  if (!result.ok) return result;
  const entry = await readEntry(call, result.entry.id);
  return answer(201, entry, { location: `/api/v1/whitelist/${entry.id}` });
});

export const GET = handle(listEntriesEndpoint, (call) =>
  listServerEntries(call, call.params.server, call.query),
);
