import { afterAll, beforeAll, expect, test } from 'vitest';
import { requested } from '../../lib/operations/testing.ts';
import { proofToken } from '../../lib/secrets/proof-token.ts';
import { portal } from '../../lib/web/portal.ts';
import { GET, POST } from './proof/[token]/route.ts';
import { openTestApi, type TestApi } from './v1/testing.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

function call(method: 'GET' | 'POST', token: string, headers: Record<string, string>): Promise<Response> {
  const request = new Request(`http://portal.example/api/proof/${token}`, { method, headers });
  return method === 'GET' ? GET(request) : POST(request, { params: Promise.resolve({ token }) });
}

async function requestOf(address: string): Promise<string> {
  const entry = await requested(api.db.database, api.cast.owner, address);
  return proofToken(portal().secrets, entry.id, entry.proofGeneration);
}

test('looking at the page proves nothing, pressing its button does', async () => {
  const token = await requestOf('45.140.1.1');
  const client = { 'x-postern-client': '45.140.1.1', accept: 'text/html' };
  const page = await call('GET', token, client);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('You come from 45.140.1.1.');
  const { rows } = await api.db.pool.query('select 1 from proofs');
  expect(rows).toHaveLength(0);
  const proven = await call('POST', token, { ...client, 'sec-fetch-site': 'same-origin' });
  expect(proven.status).toBe(200);
  expect(await proven.text()).toContain('Control of 45.140.1.1 is proven.');
  for (const response of [page, proven]) {
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  }
});

test('a device without a browser gets a line', async () => {
  const token = await requestOf('45.140.1.2');
  const answer = await call('POST', token, { 'x-postern-client': '45.140.1.2' });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('Control of 45.140.1.2 is proven. You can close this page.\n');
});

test('a page elsewhere cannot make a browser prove', async () => {
  const token = await requestOf('45.140.1.3');
  const client = { 'x-postern-client': '45.140.1.3' };
  const elsewhere: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
  ];
  for (const headers of elsewhere) {
    expect((await call('POST', token, { ...client, ...headers })).status).toBe(403);
  }
});

test('from another address it is not found, whatever the token', async () => {
  const token = await requestOf('45.140.1.4');
  for (const [given, client] of [
    [token, '45.140.1.5'],
    ['0000000000', '45.140.1.4'],
    ['<script>', '45.140.1.4'],
  ] as const) {
    const answer = await call('POST', given, { 'x-postern-client': client, accept: 'text/html' });
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('<script>');
  }
  expect((await call('POST', token, {})).status).toBe(404);
});
