import { endpoints } from './endpoints.ts';
import { problem } from './problem.ts';
import type { Problem } from './schemas/problem.ts';

/** What the server in front answers itself; `body` null: none. */
export type Misdirected = { status: number; headers: Record<string, string>; body: Problem | null };

const API = ['api', 'v1'];

/** Every path of the API with its methods: those that are described, the description itself, and health. */
const routes = routesOf([
  ...endpoints.map(({ method, path }) => ({ method, path: `/api/v1${path}` })),
  { method: 'get', path: '/api/v1/openapi.json' },
  { method: 'get', path: '/api/health' },
]);

/**
 * Next answers a method that a route file does not have, and a path that has no route file, without a word of the API.
 * So what is no operation of the API is told here, before Next: 404, 405, or what OPTIONS asks. Null: it is for Next.
 * @param pathname as it was sent: Next knows a name in a path only as it is written
 */
export function misdirected(method: string, pathname: string): Misdirected | null {
  // Next leads to the path without the slash.
  const segments = pathname.replace(/\/$/, '').split('/').slice(1);
  const found = routes.find((route) => matches(route.segments, segments));
  if (found === undefined) {
    const isApi = API.every((name, index) => segments[index] === name);
    return isApi ? refused(problem(404, 'not_found')) : null;
  }
  if (method === 'OPTIONS') return { status: 204, headers: { allow: found.allow.join(', ') }, body: null };
  if (found.allow.includes(method)) return null;
  return refused(problem(405, 'method_not_allowed'), { allow: found.allow.join(', ') });
}

function refused(body: Problem, headers: Record<string, string> = {}): Misdirected {
  return { status: body.status, headers, body };
}

type Route = { segments: readonly string[]; allow: readonly string[] };

function routesOf(operations: readonly { method: string; path: string }[]): Route[] {
  const methods = new Map<string, string[]>();
  for (const { method, path } of operations) {
    // One path, whatever an operation calls its segments.
    const shape = path.replaceAll(/\{\w+\}/g, '{}');
    methods.set(shape, [...(methods.get(shape) ?? []), method.toUpperCase()]);
  }
  return [...methods].map(([shape, own]) => ({
    segments: shape.split('/').slice(1),
    allow: [...own, ...(own.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort(),
  }));
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => (part === '{}' ? segments[index] !== '' : part === segments[index]))
  );
}
