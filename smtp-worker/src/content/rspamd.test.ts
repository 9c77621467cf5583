import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type FilteredMessage, openRspamd } from './rspamd.ts';

/** What rspamd 3.4 of Debian 12 answers to GTUBE: "skipped", since no rule was needed, and rejected all the same. */
const gtubeAnswer = {
  is_skipped: true,
  score: 15.0,
  required_score: 15.0,
  action: 'reject',
  symbols: { GTUBE: { name: 'GTUBE', score: 0.0, metric_score: 0.0 } },
  messages: { smtp_message: 'Gtube pattern' },
  'message-id': 'undef',
};

type Asked = { url: string | undefined; headers: Map<string, string[]>; body: string };
let asked: Asked[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const headers = new Map<string, string[]>();
      for (let at = 0; at < request.rawHeaders.length; at += 2) {
        const name = request.rawHeaders[at]?.toLowerCase() ?? '';
        headers.set(name, [...(headers.get(name) ?? []), request.rawHeaders[at + 1] ?? '']);
      }
      asked.push({ url: request.url, headers, body: Buffer.concat(parts).toString('latin1') });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterEach(() => {
  asked = [];
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const message: FilteredMessage = {
  transactionId: 'T1',
  client: '203.0.113.5',
  ehlo: 'printer',
  sender: 'a@acme.example',
  recipients: ['b@c.example', 'd@e.example'],
  octets: Buffer.from('Subject: x\r\n\r\n.hello\r\n'),
};
const says = (text: string, status = 200) => {
  answer = (_request, response) => response.writeHead(status).end(text);
};

async function ask(what: FilteredMessage = message) {
  const filter = openRspamd(url);
  try {
    return await filter.ask(what);
  } finally {
    filter.close();
  }
}

test('the message is the body, the envelope stands beside it', async () => {
  says(JSON.stringify(gtubeAnswer));
  expect(await ask()).toEqual({ kind: 'spam', score: 15, symbols: [] });
  const [seen] = asked;
  expect(seen?.url).toBe('/checkv2');
  expect(seen?.body).toBe('Subject: x\r\n\r\n.hello\r\n');
  expect(seen?.headers.get('ip')).toEqual(['203.0.113.5']);
  expect(seen?.headers.get('helo')).toEqual(['printer']);
  expect(seen?.headers.get('from')).toEqual(['a@acme.example']);
  expect(seen?.headers.get('rcpt')).toEqual(['b@c.example', 'd@e.example']);
});

test('what may not stand in a header field of HTTP does not keep a message from being looked at', async () => {
  says('{}');
  const odd = { ...message, ehlo: 'a\r\nEvil: 1', sender: 'ü@acme.example', client: null };
  expect(await ask(odd)).toEqual({ kind: 'clean', score: 0 });
  expect(asked[0]?.headers.has('evil')).toBe(false);
  expect(asked[0]?.headers.has('ip')).toBe(false);
  expect(asked[0]?.headers.get('from')).toEqual(['?@acme.example']);
});

test('a large envelope is cut, the address may end in a slash, and an answer may come in pieces', async () => {
  answer = (_request, response) => {
    const text = Buffer.from('{"action":"reject","symbols":{"\u00dc":{"score":1}}}');
    const cut = text.indexOf(0xc3) + 1;
    response.write(text.subarray(0, cut), () => setImmediate(() => response.end(text.subarray(cut))));
  };
  const recipients = Array.from({ length: 150 }, (_, number) => `b${number}@c.example`);
  const filter = openRspamd(`${url}/`);
  const large = { ...message, recipients, ehlo: 'x'.repeat(5_000) };
  expect(await filter.ask(large)).toMatchObject({ kind: 'spam', symbols: ['\u00dc'] });
  filter.close();
  expect(asked[0]?.url).toBe('/checkv2');
  expect(asked[0]?.headers.get('rcpt')).toEqual(recipients.slice(0, 100));
  expect(asked[0]?.headers.get('helo')?.[0]).toHaveLength(1_000);
});

describe('what it says', () => {
  const symbols = { BAYES_SPAM: { score: 5 }, MIME_GOOD: { score: -0.1 }, CLAM_VIRUS: { score: 10 } };
  test.each<[string, object, object]>([
    ['no action', { action: 'no action', score: 1.5 }, { kind: 'clean', score: 1.5 }],
    ['only marked', { action: 'add header', score: 9, symbols }, { kind: 'clean', score: 9 }],
    ['greylisted', { action: 'greylist', score: 5 }, { kind: 'clean', score: 5 }],
    ['passed over', { action: 'no action', is_skipped: true }, { kind: 'clean', score: 0 }],
    [
      'rejected',
      { action: 'reject', score: 20, symbols: { BAYES_SPAM: { score: 5 }, MIME_GOOD: { score: -0.1 } } },
      { kind: 'spam', score: 20, symbols: ['BAYES_SPAM'] },
    ],
    [
      'a virus',
      { action: 'reject', score: 30, symbols },
      { kind: 'malware', score: 30, symbols: ['CLAM_VIRUS', 'BAYES_SPAM'] },
    ],
    [
      'a page of a phisher',
      { action: 'reject', score: 20, symbols: { PHISHED_OPENPHISH: { score: 7 } } },
      { kind: 'malware', score: 20, symbols: ['PHISHED_OPENPHISH'] },
    ],
    [
      'more than anybody reads',
      {
        action: 'reject',
        score: 20,
        symbols: Object.fromEntries(
          Array.from({ length: 50 }, (_, number) => [`S${number}`, { score: 50 - number }]),
        ),
      },
      { kind: 'spam', score: 20, symbols: Array.from({ length: 20 }, (_, number) => `S${number}`) },
    ],
    [
      'names that no database keeps',
      {
        action: 'reject',
        score: 20,
        symbols: { 'A\u0000B': { score: 2 }, [`${'x'.repeat(99)}\u{1f4e0}`]: { score: 1 } },
      },
      { kind: 'spam', score: 20, symbols: ['AB', `${'x'.repeat(99)}\ufffd`] },
    ],
  ])('%s', async (_what, said, expected) => {
    says(JSON.stringify(said));
    expect(await ask()).toEqual(expected);
  });
});

describe('away', () => {
  test.each<[string, () => void]>([
    ['an error of its own', () => says('{"error":"x"}', 500)],
    ['something else than JSON', () => says('<html>')],
    ['JSON of another shape', () => says('{"score":"high"}')],
    [
      'an endless answer',
      () => says(JSON.stringify({ action: 'reject', score: 20, more: 'x'.repeat(2_000_000) })),
    ],
    [
      'hung up',
      () => {
        answer = (request) => request.socket.destroy();
      },
    ],
    [
      'hung up in the middle',
      () => {
        answer = (request, response) => {
          response.writeHead(200, { 'content-length': '100' }).write('{');
          request.socket.end();
        };
      },
    ],
  ])('%s', async (_what, prepare) => {
    prepare();
    expect(await ask()).toEqual({ kind: 'away', reason: expect.any(String) });
  });

  test('who never answers', async () => {
    answer = () => {};
    const filter = openRspamd(url, 50);
    expect(await filter.ask(message)).toMatchObject({
      kind: 'away',
      reason: expect.stringContaining('abort'),
    });
    filter.close();
  });

  test('who cannot show by https who it is', async () => {
    const read = (name: string) => readFileSync(new URL(`../../testdata/${name}`, import.meta.url));
    const secure = createSecureServer({ cert: read('certificate.pem'), key: read('key.pem') });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const filter = openRspamd(`https://127.0.0.1:${(secure.address() as { port: number }).port}`);
    expect(await filter.ask(message)).toEqual({
      kind: 'away',
      reason: expect.stringContaining('self-signed certificate'),
    });
    filter.close();
    await new Promise((resolve) => secure.close(resolve));
  });

  test('nobody there', async () => {
    const filter = openRspamd('http://127.0.0.1:1');
    expect(await filter.ask(message)).toMatchObject({ kind: 'away' });
    filter.close();
  });
});
