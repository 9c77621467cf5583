import { endMembership, putPerson } from '../../../../../../../lib/operations/put-person.ts';
import { endMembershipEndpoint, putPersonEndpoint } from '../../../../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../../../../lib/web/api/handler.ts';
import { paths } from '../../../../../../../lib/web/paths.ts';

export const PUT = handle(putPersonEndpoint, async ({ database, actor, now, params, body, portal }) => {
  const { slug: account, email } = params;
  const result = await putPerson({ database, actor, now, account, email, role: body.role });
  if (!result.ok) return result;
  const { invitation } = result;
  return answer(result.created ? 201 : 200, {
    account,
    email,
    role: body.role,
    invitation_url: invitation && `${portal.environment.portalUrl}${paths.invitation(invitation)}`,
  });
});

export const DELETE = handle(endMembershipEndpoint, async ({ database, actor, now, params }) => {
  const result = await endMembership({ database, actor, now, account: params.slug, email: params.email });
  return result.ok ? answer(204, null) : result;
});
