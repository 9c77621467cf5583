import { putAccount } from '../../../../../lib/operations/put-account.ts';
import { putAccountEndpoint } from '../../../../../lib/web/api/endpoints.ts';
import { accountJson } from '../../../../../lib/web/api/feed-json.ts';
import { answer, handle } from '../../../../../lib/web/api/handler.ts';

export const PUT = handle(putAccountEndpoint, async ({ database, actor, now, params, body }) => {
  const { as_of: asOf, ...rest } = body;
  const result = await putAccount({ database, actor, account: { slug: params.slug, ...rest, asOf }, now });
  if (!result.ok) return result;
  const account = accountJson(result.account);
  return answer(result.created ? 201 : 200, result.held ? { ...account, held: true } : account);
});
