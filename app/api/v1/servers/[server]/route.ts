import { putServer } from '../../../../../lib/operations/put-server.ts';
import { putServerEndpoint } from '../../../../../lib/web/api/endpoints.ts';
import { readServer } from '../../../../../lib/web/api/feed-json.ts';
import { answer, handle } from '../../../../../lib/web/api/handler.ts';
import { serverFeed } from '../../../../../lib/web/api/requested.ts';

export const PUT = handle(putServerEndpoint, async ({ database, actor, now, params, body }) => {
  const result = await putServer({ database, actor, now, server: serverFeed(params.slug, body) });
  if (!result.ok) return result;
  const server = await readServer(database, params.slug);
  return answer(result.created ? 201 : 200, result.held ? { ...server, held: true } : server);
});
