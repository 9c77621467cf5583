import { reportAbuse } from '../../../../lib/operations/report-abuse.ts';
import { reportAbuseEndpoint } from '../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../lib/web/api/handler.ts';

export const POST = handle(reportAbuseEndpoint, async ({ database, actor, now, portal, body }) => {
  const result = await reportAbuse({ database, actor, raw: body, secrets: portal.secrets, now });
  if (!result.ok) return result;
  const { id, feedbackType, sourceIp, entryId } = result.report;
  return answer(202, { id, feedback_type: feedbackType, source_ip: sourceIp, entry: entryId });
});
