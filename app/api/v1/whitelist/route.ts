import { searchEntriesEndpoint } from '../../../../lib/web/api/endpoints.ts';
import { handle } from '../../../../lib/web/api/handler.ts';
import { searchEntries } from '../../../../lib/web/api/read-entries.ts';

export const GET = handle(searchEntriesEndpoint, (call) => searchEntries(call, call.query));
