import type { z } from 'zod';
import type { Database } from '../../../db/client.ts';
import { isDatabaseAway } from '../../../db/database-away.ts';
import type { Viewer } from '../../domain/permissions.ts';
import { authenticateToken, type TokenHolder } from '../../operations/authenticate-token.ts';
import type { Actor, Refusal } from '../../operations/result.ts';
import { takeAttempt, throttle } from '../../operations/throttle.ts';
import { sealReference } from '../../secrets/reference.ts';
import { clientAddress } from '../client-address.ts';
import { log } from '../log.ts';
import { portalMetrics } from '../metrics.ts';
import { type Portal, portal } from '../portal.ts';
import type { Endpoint } from './endpoint.ts';
import { answerOnce, readIdempotencyKey } from './idempotency.ts';
import { parseRequest, pathParams } from './parse-request.ts';
import { problem, problemResponse } from './problem.ts';
import { refusalProblem } from './refusal-problem.ts';
import type { Problem } from './schemas/problem.ts';
import { isThere } from './subject.ts';

/** What a route's own few lines work with. */
export type ApiCall<Params, Query, Body> = {
  params: Params;
  query: Query;
  body: Body;
  database: Database;
  actor: Actor;
  holder: TokenHolder;
  portal: Portal;
  now: Date;
};

/** `body` null: none. */
export type Answer = { ok: true; status: number; body: unknown; headers?: Record<string, string> };

export function answer(status: number, body: unknown, headers?: Record<string, string>): Answer {
  return { ok: true, status, body, headers };
}

/** A refusal of an operation; `network` where the request itself does not name it. */
export type ApiRefusal = Refusal & { network?: string | null };

/** Next gives no parameters at all where the path has none. */
type RouteContext = { params: Promise<Record<string, string>> | undefined };
type RouteHandler = (request: Request, context: RouteContext) => Promise<Response>;

/**
 * The steps of every route, in this order: whose token, may it ask that often and here at all, is there what the path
 * names, parse, do, answer. What an operation refuses becomes a problem document; this is the only place that catches
 * what throws.
 */
export function handle<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  endpoint: Endpoint<Params, Query, Body>,
  act: (call: ApiCall<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<Answer | ApiRefusal>,
): RouteHandler {
  return async (request, context) => {
    const began = performance.now();
    const response = await respond(endpoint, act, request, context).catch((error: unknown) =>
      failure(error, endpoint, request),
    );
    note(endpoint, response.status, performance.now() - began);
    return response;
  };
}

async function respond<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  endpoint: Endpoint<Params, Query, Body>,
  act: (call: ApiCall<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<Answer | ApiRefusal>,
  request: Request,
  context: RouteContext,
): Promise<Response> {
  const now = new Date();
  const open = portal();
  const holder = await tokenHolder(open.database, request, now);
  if (holder === null) {
    return problemResponse(problem(401, 'unauthorized'), { 'www-authenticate': 'Bearer realm="Postern"' });
  }
  const attempt = await takeAttempt(open.database, throttle('api_token', holder.tokenId), now);
  if (!attempt.ok) {
    return problemResponse(problem(429, 'too_many_requests'), retryAfter(attempt.until, now));
  }
  if (endpoint.scope !== undefined && ![endpoint.scope].flat().includes(holder.scope)) {
    return problemResponse(problem(403, 'not_allowed'));
  }
  const pathValues = pathParams(endpoint.path, (await context.params) ?? {});
  if (
    pathValues === null ||
    !(await seesSubject(endpoint, pathValues, { ...holder, database: open.database }))
  ) {
    return problemResponse(problem(404, 'not_found'));
  }
  const parsed = await parseRequest(endpoint, request, pathValues);
  if (!parsed.ok) return problemResponse(parsed.problem);
  const key = endpoint.idempotent === true ? readIdempotencyKey(request) : null;
  if (key !== null && typeof key !== 'string') return problemResponse(key);

  const actor = actorOf(holder, request);
  const doIt = async (database: Database): Promise<{ status: number; body: unknown; headers?: object }> => {
    const outcome = await act({ ...parsed.value, database, actor, holder, portal: open, now });
    if (outcome.ok) return outcome;
    const network = outcome.network ?? networkIn(parsed.value.body);
    const body = refusalProblem(outcome, { secrets: open.secrets, network, now });
    const headers = outcome.code === 'throttled' ? retryAfter(outcome.until, now) : {};
    return { status: body.status, body, headers };
  };
  if (key === null) return toResponse(await doIt(open.database));
  return toResponse(
    await answerOnce({
      database: open.database,
      tokenId: holder.tokenId,
      key,
      subject: { path: new URL(request.url).pathname, body: parsed.value.sent },
      now,
      doIt,
    }),
  );
}

async function seesSubject(
  { subject }: Endpoint,
  pathValues: Record<string, string>,
  viewing: { database: Database; viewer: Viewer },
): Promise<boolean> {
  const [key = ''] = Object.values(pathValues);
  return subject === undefined || isThere(subject, key, viewing);
}

function retryAfter(until: Date, now: Date): { 'retry-after': string } {
  const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000));
  return { 'retry-after': String(seconds) };
}

async function tokenHolder(database: Database, request: Request, now: Date): Promise<TokenHolder | null> {
  const token = /^Bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  return token === undefined ? null : authenticateToken({ database, token, now });
}

const actorKinds = { account: 'person', staff: 'staff', platform: 'platform' } as const;

function actorOf(holder: TokenHolder, request: Request): Actor {
  return {
    kind: actorKinds[holder.scope],
    viewer: holder.viewer,
    address: clientAddress(request.headers),
    via: 'api',
  };
}

function networkIn(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('network' in body)) return null;
  return typeof body.network === 'string' ? body.network : null;
}

function toResponse(answered: { status: number; body: unknown; headers?: object }): Response {
  if (answered.status >= 400) {
    return problemResponse(answered.body as Problem, { ...answered.headers });
  }
  const headers = { 'cache-control': 'no-store', ...answered.headers };
  if (answered.body === null) return new Response(null, { status: answered.status, headers });
  return Response.json(answered.body, { status: answered.status, headers });
}

const AWAY_SECONDS = 5;

/** Something is broken: the client gets a reference, the log what it was. What passes by itself says so. */
function failure(error: unknown, endpoint: Endpoint, request: Request): Response {
  const at = new Date();
  let reference: string | undefined;
  try {
    const { secrets } = portal();
    reference = sealReference(secrets, {
      address: clientAddress(request.headers),
      rule: 'internal_error',
      at,
      node: 'portal',
    });
  } catch {
    // Without an environment there is no key to seal with; the log has the time.
  }
  log.error({ err: error, endpoint: endpoint.id, reference }, 'an API request failed');
  const more = reference === undefined ? {} : { reference };
  return isDatabaseAway(error)
    ? problemResponse(problem(503, 'unavailable', more), { 'retry-after': String(AWAY_SECONDS) })
    : problemResponse(problem(500, 'unexpected', more));
}

function note(endpoint: Endpoint, status: number, ms: number): void {
  const { requests, seconds } = portalMetrics();
  const labels = { endpoint: endpoint.path, method: endpoint.method };
  requests.inc({ ...labels, status: String(status) });
  seconds.observe(labels, ms / 1000);
}
