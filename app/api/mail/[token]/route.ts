import { turnOffMail } from '../../../../lib/operations/turn-off-mail.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';

type Context = { params: Promise<{ token: string }> };

/** What a mail program posts when its reader asks to be left alone (RFC 8058): no cookie, no page, no question. */
export async function POST(_request: Request, { params }: Context): Promise<Response> {
  const { token } = await params;
  const { database, secrets } = portal();
  const result = await turnOffMail({ database, secrets, token, now: new Date() });
  return result.ok ? new Response('Turned off.\n') : new Response('Not found.\n', { status: 404 });
}

/** Whoever follows the address by hand is asked first: programs that look for harm open links too. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const { token } = await params;
  return new Response(null, {
    status: 303,
    headers: { location: `${portal().environment.portalUrl}${paths.turnOffMail(token)}` },
  });
}
