import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { inForce } from '../../lib/operations/testing.ts';
import { log } from '../../lib/web/log.ts';
import { closePortal } from '../../lib/web/portal.ts';
import { GET as health } from './health/route.ts';
import { GET as metrics } from './metrics/route.ts';
import { openTestApi, type TestApi } from './v1/testing.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const scrape = (client: string | null, more: Record<string, string> = {}) =>
  metrics(
    new Request('http://portal.example/api/metrics', {
      headers: {
        host: '127.0.0.1:3000',
        ...(client === null ? {} : { 'x-postern-client': client }),
        ...more,
      },
    }),
  );

test('health is 200 while the database answers', async () => {
  const response = await health();
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: 'ok' });
});

test('metrics count requests and entries, for this machine alone', async () => {
  await inForce(api.db.database, api.cast, '45.130.1.1');
  await api.call('GET', '/servers/acme-production/whitelist', { token: api.tokens.owner });
  const text = await (await scrape('127.0.0.1')).text();
  expect(text).toContain('postern_entries{status="active"} 1');
  expect(text).toContain(
    'postern_api_requests_total{endpoint="/servers/{server}/whitelist",method="get",status="200"} 1',
  );
  expect((await scrape('::1')).status).toBe(200);
  // A proxy on this machine that nobody named: anybody may be behind it.
  expect((await scrape('127.0.0.1', { 'x-postern-forwarded': 'yes' })).status).toBe(404);
  expect((await scrape('127.0.0.1', { host: 'portal.example' })).status).toBe(404);
  for (const client of ['192.0.2.1', '2001:db8::1', 'localhost', null]) {
    expect((await scrape(client)).status).toBe(404);
  }
});

test('the alert rules for the portal ask for what it tells', async () => {
  const told = new Set(
    [...(await (await scrape('127.0.0.1')).text()).matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name),
  );
  const rules = await readFile(new URL('../../docs/grafana/portal-alerts.yml', import.meta.url), 'utf8');
  const conditions = [...rules.matchAll(/^ {8}expr: (.*)$/gm)].map(([, condition = '']) => condition);
  expect(conditions.length).toBe([...rules.matchAll(/- alert: /g)].length);
  const asked = conditions.flatMap((condition) => condition.match(/\bpostern_\w+/g) ?? []);
  expect(asked).toContain('postern_node_disagrees');
  expect(asked.filter((name) => !told.has(name))).toEqual([]);
});

test('health is 503 when the database is gone', async () => {
  const logged = vi.spyOn(log, 'warn').mockReturnValue();
  const url = process.env.DATABASE_URL;
  await closePortal();
  vi.stubEnv('DATABASE_URL', 'postgresql://nobody@127.0.0.1:1/none');
  const response = await health();
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ status: 'unavailable' });
  expect(logged).toHaveBeenCalledOnce();
  await closePortal();
  vi.stubEnv('DATABASE_URL', url);
  expect((await health()).status).toBe(200);
});
