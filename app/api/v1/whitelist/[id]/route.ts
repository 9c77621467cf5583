import { editEntry } from '../../../../../lib/operations/edit-entry.ts';
import { editEntryEndpoint, readEntryEndpoint } from '../../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../../lib/web/api/handler.ts';
import { readEntry, readEntryDetail } from '../../../../../lib/web/api/read-entries.ts';
import { entryEdits } from '../../../../../lib/web/api/requested.ts';

export const GET = handle(readEntryEndpoint, (call) => readEntryDetail(call, call.params.id));

export const PATCH = handle(editEntryEndpoint, async (call) => {
  const { database, actor, now, params, body } = call;
  const edits = entryEdits(body);
  const result = await editEntry({ database, actor, now, id: params.id, edits, revision: body.revision });
  return result.ok ? answer(200, await readEntry(call, result.entry.id)) : result;
});
