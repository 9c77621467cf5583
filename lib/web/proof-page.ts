import { messages } from './messages.ts';

// Plain HTML without style or script: this page is opened in the browsers of printers and phones in a rack.

type Page = { platform: string; status?: number; headers?: Record<string, string> };

const words = messages.proofPage;

/** The page itself: who you are to us, and the button. */
export function proofForm(address: string | null, page: Page): Response {
  const from = address === null ? words.fromNowhere : words.from(address);
  return html(page, [
    `<p>${escapeHtml(from)}</p>`,
    `<p>${escapeHtml(words.explain)}</p>`,
    `<form method="post"><button>${escapeHtml(words.button)}</button></form>`,
    `<p>${escapeHtml(words.withoutPage)}</p>`,
  ]);
}

/** What came of it: a page for a browser, a line for everything else. */
export function proofOutcome(sentence: string, wantsHtml: boolean, page: Page): Response {
  if (wantsHtml) return html(page, [`<p role="status">${escapeHtml(sentence)}</p>`]);
  return new Response(`${sentence}\n`, {
    status: page.status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...common, ...page.headers },
  });
}

/** The address of the page is a secret of the account: it is kept out of caches, indexes and referrers. */
const common = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
};

function html({ platform, status = 200, headers }: Page, lines: readonly string[]): Response {
  const body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(words.title(platform))}</title>
<main>
<h1>${escapeHtml(words.heading)}</h1>
${lines.join('\n')}
</main>
</html>
`;
  return new Response(body, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...common, ...headers },
  });
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
