import { globSync } from 'node:fs';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { vi } from 'vitest';
import { people } from '../../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../../db/testing.ts';
import type { TokenScope } from '../../../lib/domain/permissions.ts';
import { createToken } from '../../../lib/operations/create-token.ts';
import { operatorActor } from '../../../lib/operations/result.ts';
import { type Cast, seedCast, testNow } from '../../../lib/operations/testing.ts';
import type { Endpoint } from '../../../lib/web/api/endpoint.ts';
import { endpoints } from '../../../lib/web/api/endpoints.ts';
import { problemSchema } from '../../../lib/web/api/schemas/problem.ts';
import { closePortal } from '../../../lib/web/portal.ts';

// For tests: the route files behind their paths, called with real requests on a real database. Every answer is held
// against the schema that the OpenAPI document is made of.

type RouteHandler = (
  request: Request,
  context: { params: Promise<Record<string, string>> | undefined },
) => Response | Promise<Response>;
export type RouteFile = { path: string; handlers: Record<string, RouteHandler> };

/** Every route file below `/api/v1`, by its path with `{name}` where Next has `[name]`. */
export async function loadRoutes(): Promise<RouteFile[]> {
  const files = globSync('**/route.ts', { cwd: import.meta.dirname });
  return Promise.all(
    files.map(async (file) => ({
      path: `/${path.dirname(file)}`.replace(/\[(\w+)\]/g, '{$1}'),
      handlers: (await import(path.join(import.meta.dirname, file))) as Record<string, RouteHandler>,
    })),
  );
}

const tokenHolders = {
  owner: ['owner@acme.example', 'account'],
  member: ['member@acme.example', 'account'],
  viewer: ['viewer@acme.example', 'account'],
  otherOwner: ['owner@globex.example', 'account'],
  freeOwner: ['owner@initech.example', 'account'],
  support: ['support@postern.example', 'staff'],
  support2: ['support2@postern.example', 'staff'],
  admin: ['admin@postern.example', 'staff'],
  platform: ['admin@postern.example', 'platform'],
} as const satisfies Record<string, readonly [string, TokenScope]>;
export type TokenName = keyof typeof tokenHolders;

export type ApiOptions = {
  token?: string;
  body?: unknown;
  /** In place of `body`: sent as it stands. */
  raw?: BodyInit;
  headers?: Record<string, string>;
};
// biome-ignore lint/suspicious/noExplicitAny: a test says by its expectations what an answer is.
export type ApiAnswer = { status: number; headers: Headers; body: any };

export type TestApi = {
  db: TestDatabase;
  cast: Cast;
  tokens: Record<TokenName, string>;
  call: (method: string, pathAndQuery: string, options?: ApiOptions) => Promise<ApiAnswer>;
  close: () => Promise<void>;
};

export async function openTestApi(): Promise<TestApi> {
  const db = await createTestDatabase();
  vi.useFakeTimers({ toFake: ['Date'], now: testNow });
  vi.stubEnv('DATABASE_URL', db.url);
  vi.stubEnv('AUTH_SECRET', 'a secret for tests that is long enough');
  vi.stubEnv('PORTAL_URL', 'https://portal.example');
  vi.stubEnv('PROOF_DOMAIN', 'proof.example');
  const cast = await seedCast(db.database);
  const tokens = {} as Record<TokenName, string>;
  for (const [name, [email, scope]] of Object.entries(tokenHolders)) {
    tokens[name as TokenName] = await makeToken(db, email, scope);
  }
  const routes = await loadRoutes();
  const close = async () => {
    await closePortal();
    vi.unstubAllEnvs();
    vi.useRealTimers();
    await db.close();
  };
  const call: TestApi['call'] = async (method, pathAndQuery, options = {}) => {
    const url = new URL(`/api/v1${pathAndQuery}`, 'https://portal.example');
    const found = findRoute(routes, url.pathname.slice('/api/v1'.length));
    const handler = found?.route.handlers[method];
    if (found === undefined || handler === undefined)
      throw new Error(`no route for ${method} ${pathAndQuery}`);
    const response = await handler(makeRequest(method, url, options), {
      // As Next does it.
      params: found.params === undefined ? undefined : Promise.resolve(found.params),
    });
    const text = await response.text();
    const body: unknown = text === '' ? null : JSON.parse(text);
    checkAnswer(method, found.route.path, response, body);
    return { status: response.status, headers: response.headers, body };
  };
  return { db, cast, tokens, call, close };
}

export async function makeToken(db: TestDatabase, email: string, scope: TokenScope): Promise<string> {
  const [person] = await db.database.select().from(people).where(eq(people.email, email));
  if (person === undefined) throw new Error(`there is no ${email}`);
  const result = await createToken({
    database: db.database,
    actor: operatorActor,
    personId: person.id,
    name: 'test',
    scope,
    now: testNow,
  });
  if (!result.ok) throw new Error(`no token for ${email}: ${JSON.stringify(result)}`);
  return result.token;
}

function makeRequest(method: string, url: URL, { token, body, raw, headers }: ApiOptions): Request {
  return new Request(url, {
    method,
    body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
    headers: {
      'x-postern-client': '192.0.2.10',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
}

function findRoute(routes: readonly RouteFile[], pathname: string) {
  for (const route of routes) {
    const pattern = route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
    const match = new RegExp(`^${pattern}$`).exec(pathname);
    if (match !== null) return { route, params: match.groups && { ...match.groups } };
  }
  return undefined;
}

/** Next has one name for a path's segment; what matters is where it is. */
export const shape = (pattern: string) => pattern.replaceAll(/\{\w+\}/g, '{}');

export function endpointOf(method: string, pattern: string): Endpoint | undefined {
  return endpoints.find((one) => one.method.toUpperCase() === method && shape(one.path) === shape(pattern));
}

function checkAnswer(method: string, pattern: string, response: Response, body: unknown): void {
  const endpoint = endpointOf(method, pattern);
  if (endpoint === undefined) return;
  const where = `${method} ${pattern} answered ${response.status}`;
  const isProblem = response.status >= 400;
  const type = response.headers.get('content-type') ?? '';
  if (isProblem && !type.startsWith('application/problem+json')) throw new Error(`${where} as ${type}`);
  const everywhere = [400, 401, 413, 415, 429, 500, 503];
  if (isProblem && ![...everywhere, ...endpoint.problems].includes(response.status)) {
    throw new Error(`${where}, which is not described`);
  }
  const schema = isProblem ? problemSchema : endpoint.answers[response.status]?.schema;
  if (schema === undefined) throw new Error(`${where}, which is not described`);
  if (schema === null) {
    if (body !== null) throw new Error(`${where} with a body`);
    return;
  }
  // Whatever is not described would be lost in parsing.
  const parsed = JSON.stringify(sorted(schema.parse(body)));
  if (parsed !== JSON.stringify(sorted(body)))
    throw new Error(`${where} with more than is described:\n${JSON.stringify(body)}`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const byName = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(byName.map(([name, inner]) => [name, sorted(inner)]));
}
