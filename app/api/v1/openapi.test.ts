import { expect, test, vi } from 'vitest';
import { endpoints } from '../../../lib/web/api/endpoints.ts';
import { misdirected } from '../../../lib/web/api/misdirected.ts';
import { openApiDocument } from '../../../lib/web/api/openapi.ts';
import { loadRoutes, shape } from './testing.ts';

const document = openApiDocument('https://portal.example', '1.2.3');
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What is no operation of the API: the document itself. */
const notDescribed = ['/openapi.json'];

test('every route file is described, and every described path is there', async () => {
  const routes = await loadRoutes();
  const there = routes
    .filter((route) => !notDescribed.includes(route.path))
    .flatMap((route) =>
      methods.filter((method) => method in route.handlers).map((method) => `${method} ${shape(route.path)}`),
    );
  const described = Object.entries(document.paths as Record<string, object>).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${shape(path)}`),
  );
  expect(described.sort()).toEqual(there.sort());
});

test('every reference in the document leads to a schema', () => {
  const text = JSON.stringify(document);
  const { schemas } = document.components as { schemas: Record<string, object> };
  const referred = new Set(
    [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, id]) => id),
  );
  expect([...referred].sort()).toEqual(Object.keys(schemas).sort());
  expect(text).not.toContain('$defs');
});

test('operations have names of their own, and their path parameters', () => {
  expect(new Set(endpoints.map((one) => one.id)).size).toBe(endpoints.length);
  for (const [path, operations] of Object.entries(
    document.paths as Record<string, Record<string, unknown>>,
  )) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const operation of Object.values(operations) as { parameters: { name: string; in: string }[] }[]) {
      const described = operation.parameters.filter((one) => one.in === 'path').map((one) => one.name);
      expect(described).toEqual(names);
    }
  }
});

test('a request is described as it is sent: what has a default is not required, a date is text', () => {
  const { schemas } = document.components as { schemas: Record<string, Record<string, unknown>> };
  expect(schemas.Approval?.required).toEqual(['reason']);
  expect(schemas.AccountFeed).toMatchObject({
    required: ['name', 'status'],
    properties: {
      as_of: {
        anyOf: [
          { type: 'string', format: 'date-time' },
          { type: 'string', format: 'date' },
        ],
      },
    },
  });
  expect(schemas.NewEntry?.required).toEqual(['network', 'purpose', 'attestations']);
});

test('the document is served with the portal’s own address', async () => {
  vi.stubEnv('DATABASE_URL', 'postgresql://nobody@127.0.0.1:1/none');
  vi.stubEnv('AUTH_SECRET', 'a secret for tests that is long enough');
  vi.stubEnv('PORTAL_URL', 'https://portal.example');
  const { GET } = await import('./openapi.json/route.ts');
  const served = await (await GET()).json();
  expect(served).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'https://portal.example/api/v1' }] });
  vi.unstubAllEnvs();
});

test('a method that a path does not have is refused with those that its route file has', async () => {
  for (const { path, handlers } of await loadRoutes()) {
    const pathname = `/api/v1${path.replaceAll(/\{\w+\}/g, 'x')}`;
    const own = methods.filter((method) => method in handlers);
    const allow = [...own, ...(own.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort().join(', ');
    expect(misdirected('OPTIONS', pathname)).toEqual({ status: 204, headers: { allow }, body: null });
    for (const method of [...methods, 'HEAD', 'PROPFIND']) {
      const answer = misdirected(method, pathname);
      if (allow.split(', ').includes(method)) expect(answer, `${method} ${path}`).toBeNull();
      else {
        expect(answer).toMatchObject({
          status: 405,
          headers: { allow },
          body: { code: 'method_not_allowed' },
        });
      }
    }
  }
});
