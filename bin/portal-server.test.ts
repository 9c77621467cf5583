import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { type Network, parseNetwork } from '../lib/domain/network.ts';
import { problemSchema } from '../lib/web/api/schemas/problem.ts';
import { createPortalServer, type RequestHandler, unnamedProxy } from './portal-server.ts';

const close: (() => void)[] = [];
afterEach(() => {
  for (const each of close.splice(0)) each();
});

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(parsed.code);
  return parsed.network;
}

async function serve(
  handler: RequestHandler,
  trusted: string[] = [],
  errors: unknown[] = [],
  isSecure = false,
  bodyBytes = 1000,
): Promise<number> {
  const server = createPortalServer({
    handler,
    trustedProxies: trusted.map(network),
    publicHost: 'whitelisting.example.com',
    onError: (error) => errors.push(error),
    isSecure,
    bodyBytes,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close.push(() => server.close().closeAllConnections());
  return (server.address() as AddressInfo).port;
}

const echoHeaders: RequestHandler = async (request, response) => {
  const distinct = request.headersDistinct['x-postern-client'] ?? [];
  response.end(
    JSON.stringify({ ...request.headers, distinct: distinct.join('|'), raw: request.rawHeaders.join(' ') }),
  );
};

const echoBody: RequestHandler = async (request, response) => {
  let size = 0;
  for await (const chunk of request) size += chunk.length;
  response.end(String(size));
};

type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

function send(
  port: number,
  headers: { [name: string]: string | string[] },
  body: string[] = [],
  path = '/',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body.length > 0 ? 'POST' : 'GET';
    const outgoing = httpRequest(
      { port, host: '127.0.0.1', method, headers, path, agent: false },
      async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      },
    );
    outgoing.on('error', reject);
    for (const part of body) outgoing.write(part);
    outgoing.end();
  });
}

const forged = {
  'X-Postern-Client': ['203.0.113.1', '203.0.113.2'],
  'x-postern-admin': 'yes',
  'X-Forwarded-For': '203.0.113.9',
  'X-Forwarded-Host': 'whitelist.example.com',
  'X-Forwarded-Proto': 'https',
  'X-Real-IP': '203.0.113.9',
  Forwarded: 'for=203.0.113.9',
  'x-other': 'stays',
};

test('a stranger has no say in its address', async () => {
  const port = await serve(echoHeaders);
  const seen = JSON.parse((await send(port, forged)).body);
  expect(seen).toMatchObject({ 'x-postern-client': '127.0.0.1', distinct: '127.0.0.1', 'x-other': 'stays' });
  for (const name of ['x-postern-admin', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded']) {
    expect(seen).not.toHaveProperty(name);
  }
  expect(seen.raw).not.toMatch(/203\.0\.113|whitelist\.example/);
});

test('a trusted proxy tells the client and what the browser asked for, nothing else', async () => {
  const port = await serve(echoHeaders, ['127.0.0.0/8']);
  const seen = JSON.parse((await send(port, forged)).body);
  expect(seen).toMatchObject({
    'x-postern-client': '203.0.113.9',
    distinct: '203.0.113.9',
    'x-forwarded-host': 'whitelist.example.com',
    'x-forwarded-proto': 'https',
  });
  for (const name of ['x-postern-admin', 'x-forwarded-for', 'x-real-ip', 'forwarded']) {
    expect(seen).not.toHaveProperty(name);
  }
});

test('a trusted proxy that names the portal in Host has been asked for what browsers know it by', async () => {
  const port = await serve(echoHeaders, ['127.0.0.0/8']);
  const host = async (headers: { [name: string]: string }) =>
    JSON.parse((await send(port, headers)).body)['x-forwarded-host'];
  expect(await host({ 'X-Forwarded-For': '203.0.113.9' })).toBe('whitelisting.example.com');
  expect(await host({ 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Host': 'a.example' })).toBe('a.example');
  // A browser on the same machine, without any proxy.
  expect(await host({})).toBeUndefined();
  const strangers = await serve(echoHeaders);
  const seen = JSON.parse((await send(strangers, { 'X-Forwarded-For': '203.0.113.9' })).body);
  expect(seen).not.toHaveProperty('x-forwarded-host');
});

test.each([
  ['x-forwarded-for', '127.0.0.1'],
  ['Forwarded', 'for=127.0.0.1'],
  ['X-Real-IP', '127.0.0.1'],
  ['Via', '1.1 proxy'],
])('what came through a proxy that nobody named is known by %s', async (name, value) => {
  for (const trusted of [[], ['127.0.0.0/8']]) {
    const port = await serve(echoHeaders, trusted);
    const seen = JSON.parse((await send(port, { [name]: value })).body);
    expect(seen).toMatchObject({ 'x-postern-client': '127.0.0.1', 'x-postern-forwarded': 'yes' });
    const direct = JSON.parse((await send(port, { 'x-postern-forwarded': 'no' })).body);
    expect(direct).not.toHaveProperty('x-postern-forwarded');
  }
});

test('a portal that browsers reach by https behind a proxy that nobody named is warned of', () => {
  expect(unnamedProxy('https://whitelist.example.com', [])).toMatch(/PORTAL_TRUSTED_PROXIES/);
  expect(unnamedProxy('https://whitelist.example.com', [network('127.0.0.1/32')])).toBeNull();
  expect(unnamedProxy('http://127.0.0.1:3000', [])).toBeNull();
});

test('each response has a policy with a nonce of its own, which the handler is told, whatever the client says', async () => {
  const port = await serve(echoHeaders);
  const policies = new Set<unknown>();
  const forgedPolicy: { [name: string]: string } = { 'Content-Security-Policy': "script-src 'nonce-forged'" };
  for (const headers of [{}, forgedPolicy]) {
    const answer = await send(port, headers);
    const policy = answer.headers['content-security-policy'];
    expect(policy).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/=]{24}';/);
    expect(JSON.parse(answer.body)['content-security-policy']).toBe(policy);
    policies.add(policy);
  }
  expect(policies.size).toBe(2);
});

test('browsers are told to keep to https where the portal is reached by it', async () => {
  const port = await serve(echoHeaders, [], [], true);
  expect((await send(port, {})).headers['strict-transport-security']).toBe('max-age=31536000');
  expect((await send(await serve(echoHeaders), {})).headers).not.toHaveProperty('strict-transport-security');
});

test('a body within the limit arrives whole', async () => {
  const port = await serve(echoBody);
  expect(await send(port, {}, ['a'.repeat(500), 'b'.repeat(500)])).toMatchObject({
    status: 200,
    body: '1000',
  });
});

test('a body announced as too large is refused before it is read', async () => {
  const port = await serve(echoBody);
  expect(await send(port, { 'content-length': '1001' }, ['a'.repeat(1001)])).toMatchObject({ status: 413 });
});

test('who writes the whole of too large a body before reading has the answer, and the connection', async () => {
  const socket = connect(await serve(echoBody), '127.0.0.1');
  socket.setEncoding('utf8');
  const write = promisify((text: string, done: (error?: Error | null) => void) => socket.write(text, done));
  const size = 30_000_000;
  await write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`);
  await write('a'.repeat(size));
  await write('POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab');
  let answers = '';
  for await (const chunk of socket) answers += chunk;
  expect(answers.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
});

test('only a report of abuse is as large as a message', async () => {
  const port = await serve(echoBody, [], [], false, 10_000_000);
  const announced = { 'content-length': '5000000' };
  for (const path of [
    '/api/auth/callback/credentials',
    '/sign-in',
    '/api/v1/servers/x',
    '/api/v1/abuse-reports/x',
  ]) {
    expect(await send(port, announced, ['a'], path)).toMatchObject({ status: 413 });
  }
  const body = ['a'.repeat(5_000_000)];
  expect(await send(port, announced, body, '/api/v1/abuse-reports')).toMatchObject({ body: '5000000' });
});

test('a body without an announced length is cut at the limit', async () => {
  const errors: unknown[] = [];
  const port = await serve(echoBody, [], errors);
  await expect(
    send(
      port,
      {},
      Array.from({ length: 20 }, () => 'a'.repeat(100)),
    ),
  ).rejects.toThrow();
  expect(errors).toEqual([new Error('The request is too large')]);
});

test('what the handler throws is told to us and not to the client', async () => {
  const errors: unknown[] = [];
  const port = await serve(() => Promise.reject(new Error('secret detail')), [], errors);
  const answer = await send(port, {});
  expect(answer).toMatchObject({ status: 500, body: 'Something on our side failed\n' });
  expect(errors).toEqual([new Error('secret detail')]);
});

test.each(['/api/%ff', '/%', '/%c3/x?y=%20', '/servers/a%00b/whitelist'])(
  'the path %s is refused before the handler sees it',
  async (path) => {
    const errors: unknown[] = [];
    const port = await serve(async () => expect.unreachable(), [], errors);
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    expect(response.status).toBe(400);
    expect(errors).toEqual([]);
  },
);

describe('programs that speak to the API read a problem document', () => {
  const problemOf = async (response: Response) => {
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body = problemSchema.parse(await response.json());
    expect(body.status).toBe(response.status);
    return body.code;
  };
  const url = async (path: string, handler: RequestHandler = async () => expect.unreachable()) =>
    `http://127.0.0.1:${await serve(handler)}${path}`;

  test('of a path that is not UTF-8', async () => {
    expect(await problemOf(await fetch(await url('/api/v1/whitelist/%ff')))).toBe('invalid_request');
    const page = await fetch(await url('/%ff'));
    expect(page.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  test('of a body announced as too large', async () => {
    const response = await fetch(await url('/api/v1/abuse-reports'), {
      method: 'POST',
      body: 'a'.repeat(1001),
    });
    expect(response.status).toBe(413);
    expect(await problemOf(response)).toBe('too_large');
  });

  test('of what the handler throws', async () => {
    const response = await fetch(await url('/api/v1/whitelist', () => Promise.reject(new Error('secret'))));
    expect(response.status).toBe(500);
    expect(await problemOf(response)).toBe('unexpected');
  });

  test.each([
    ['DELETE', '/api/v1/whitelist/x', 'GET, HEAD, OPTIONS, PATCH'],
    ['GET', '/api/v1/whitelist/x/approve?y=z', 'OPTIONS, POST'],
    ['HEAD', '/api/v1/whitelist/x/approve', 'OPTIONS, POST'],
    ['GET', '/api/v1/accounts/x', 'OPTIONS, PUT'],
    ['GET', '/api/v1/accounts/%2F', 'OPTIONS, PUT'],
    ['POST', '/api/v1/accounts/x/people/a@b.example', 'DELETE, OPTIONS, PUT'],
    ['PROPFIND', '/api/v1/whitelist', 'GET, HEAD, OPTIONS'],
    ['POST', '/api/v1/openapi.json', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/api/health', 'GET, HEAD, OPTIONS'],
  ])('of %s %s, with what is allowed', async (method, path, allow) => {
    const response = await fetch(await url(path), { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    if (method === 'HEAD') expect(await response.text()).toBe('');
    else expect(await problemOf(response)).toBe('method_not_allowed');
  });

  test.each([
    ...['/api/v1', '/api/v1/', '/api/v1/none', '/api/v1/whitelist/x/none', '/api/v1/accounts//people'],
    '/api/v1/%77hitelist',
  ])('of %s, which is no path of it', async (path) => {
    for (const method of ['GET', 'POST', 'OPTIONS', 'PROPFIND']) {
      const response = await fetch(await url(path), { method });
      expect(response.status).toBe(404);
      expect(await problemOf(response)).toBe('not_found');
    }
  });

  test('and OPTIONS what a path allows', async () => {
    const response = await fetch(await url('/api/v1/servers/x/whitelist'), { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST');
  });

  test.each([
    ['GET', '/api/v1/whitelist/x'],
    ['HEAD', '/api/v1/whitelist/x'],
    ['PUT', '/api/v1/accounts/x/'],
    ['POST', '/api/auth/signout'],
    ['POST', '/api/v10'],
    ['DELETE', '/servers/x/whitelist'],
  ])('and %s %s is for the handler', async (method, path) => {
    const response = await fetch(await url(path, async (_request, answer) => void answer.end()), { method });
    expect(response.status).toBe(200);
  });
});

test('a query that is not UTF-8 is for the handler to judge', async () => {
  const port = await serve(async (_request, response) => void response.end('seen'));
  const response = await fetch(`http://127.0.0.1:${port}/list?name=%ff`);
  expect(await response.text()).toBe('seen');
});

test('an overlong header is refused', async () => {
  const port = await serve(echoHeaders);
  expect((await send(port, { 'x-long': 'a'.repeat(20_000) })).status).toBe(431);
});
