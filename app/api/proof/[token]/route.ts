import { proveOverHttp } from '../../../../lib/operations/prove-over-http.ts';
import { clientAddress } from '../../../../lib/web/client-address.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { proofForm, proofOutcome } from '../../../../lib/web/proof-page.ts';
import { isSameOrigin } from '../../../../lib/web/same-origin.ts';

export const dynamic = 'force-dynamic';

const words = messages.proofPage.outcomes;

/** Only shows the page: link checkers and previews of mail programs open every address, and must prove nothing. */
export async function GET(request: Request): Promise<Response> {
  const { environment } = portal();
  return proofForm(clientAddress(request.headers), { platform: environment.platformName });
}

/** The proof: whoever sends this from the requested address controls it. */
export async function POST(
  request: Request,
  { params }: { params: Promise<{ token: string }> },
): Promise<Response> {
  const { environment, database, secrets } = portal();
  const page = { platform: environment.platformName };
  const wantsHtml = request.headers.get('accept')?.includes('text/html') ?? false;
  // A page elsewhere could make the browser of somebody behind the address prove it for an attacker.
  if (!isSameOrigin(request.headers, environment.portalUrl)) {
    return proofOutcome(words.cross_site, wantsHtml, { ...page, status: 403 });
  }
  const now = new Date();
  const proof = await proveOverHttp({
    database,
    secrets,
    token: (await params).token,
    address: clientAddress(request.headers),
    tls: null,
    now,
  });
  if (proof.ok) return proofOutcome(words.proven(proof.address), wantsHtml, page);
  if (proof.code === 'too_many') {
    const seconds = Math.max(1, Math.ceil((proof.until.getTime() - now.getTime()) / 1000));
    const headers = { 'retry-after': String(seconds) };
    return proofOutcome(words.too_many, wantsHtml, { ...page, status: 429, headers });
  }
  const sentence = proof.address === null ? words.not_here_unknown : words.not_here(proof.address);
  return proofOutcome(sentence, wantsHtml, { ...page, status: 404 });
}
