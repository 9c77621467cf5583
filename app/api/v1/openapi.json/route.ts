import { openApiDocument } from '../../../../lib/web/api/openapi.ts';
import { portal } from '../../../../lib/web/portal.ts';
import packageJson from '../../../../package.json' with { type: 'json' };

// The server's own address stands in it, which is known only where it runs.
export const dynamic = 'force-dynamic';

export function GET(): Response {
  return Response.json(openApiDocument(portal().environment.portalUrl, packageJson.version));
}
