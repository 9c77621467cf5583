import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { clientAddress } from '../lib/domain/client-address.ts';
import { normalisePeer, parseAddress } from '../lib/domain/ip.ts';
import { containsAddress, type Network } from '../lib/domain/network.ts';
import { type Misdirected, misdirected } from '../lib/web/api/misdirected.ts';
import { problem, problemHeaders } from '../lib/web/api/problem.ts';
import type { Problem } from '../lib/web/api/schemas/problem.ts';

const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the idle time of the usual load balancers, so that it is they who close. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const HEADER_BYTES = 16 * 1024;
/** An abuse report carries a whole message. */
const BODY_BYTES = 12 * 1024 * 1024;
/** The most else is a feed of one server with all of its credentials. Some of it is read before anybody has said who they are. */
const SMALL_BODY_BYTES = 4 * 1024 * 1024;
const REPORTS_PATH = '/api/v1/abuse-reports';

/** A year (RFC 6797). */
const HSTS = 'max-age=31536000';

const POLICY_HEADER = 'content-security-policy';
const CLIENT_HEADER = 'x-postern-client';
/** Says that a proxy has passed the request on, one that we trust or not. */
const FORWARDED_HEADER = 'x-postern-forwarded';
const FORWARDING = /^(x-forwarded-.*|forwarded|x-real-ip|x-client-ip|true-client-ip)$/;
/** A trusted proxy that rewrites Host tells by these what the browser asked for. */
const FROM_PROXY = new Set(['x-forwarded-host', 'x-forwarded-proto']);

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export type PortalServerOptions = {
  handler: RequestHandler;
  trustedProxies: readonly Network[];
  /** `host[:port]` by which browsers reach it through a proxy that keeps to itself what they have asked for. */
  publicHost?: string;
  /** Browsers reach it by https: they are told to keep to that. */
  isSecure?: boolean;
  /** Told about what the handler has thrown. */
  onError: (error: unknown) => void;
  bodyBytes?: number;
};

/**
 * The HTTP server around the portal. It alone reads forwarding headers: behind it `x-postern-client` is the client's
 * address, whatever the client has sent, and `x-postern-forwarded` tells that this came by a proxy. It listens on nothing
 * yet.
 */
export function createPortalServer(options: PortalServerOptions): Server {
  const { handler, trustedProxies, publicHost, onError, isSecure = false, bodyBytes = BODY_BYTES } = options;
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: HEADER_BYTES,
    },
    (request, response) => {
      rewriteHeaders(request, trustedProxies, publicHost);
      if (isSecure) response.setHeader('strict-transport-security', HSTS);
      allowOwnScripts(request, response);
      const pathname = pathOf(request);
      // Next answers 500 to a path that is no text, PostgreSQL to one with a NUL, and nobody is served by looking into that.
      if (!isReadable(pathname)) {
        const detail = 'The path of the request is not UTF-8, or has a NUL in it.';
        return refuse(request, response, problem(400, 'invalid_request', { detail }));
      }
      const limit = pathname === REPORTS_PATH ? bodyBytes : Math.min(bodyBytes, SMALL_BODY_BYTES);
      if (!limitBody(request, response, limit)) return;
      const answered = misdirected(request.method ?? 'GET', pathname);
      if (answered !== null) return answer(response, answered);
      handler(request, response).catch((error) => {
        onError(error);
        if (response.headersSent) return void response.destroy();
        // The handler may have left a part of the body that nobody reads any more.
        response.setHeader('connection', 'close');
        refuse(request, response, problem(500, 'unexpected'));
      });
    },
  );
  return server;
}

/** What an operator is told who has put a proxy before the portal and has not named it; null where that is not so. */
export function unnamedProxy(portalUrl: string, trustedProxies: readonly Network[]): string | null {
  if (!portalUrl.startsWith('https:') || trustedProxies.length > 0) return null;
  return (
    'PORTAL_URL is https, so a proxy stands before the portal, and PORTAL_TRUSTED_PROXIES names none: every client has ' +
    'the address of the proxy, in proofs and in the log, and wrong sign-ins of one lock out all'
  );
}

/** As it was sent, without its query. A client may name the host before it, as one does to a proxy. */
function pathOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] || '/';
}

function isReadable(pathname: string): boolean {
  try {
    return !decodeURIComponent(pathname).includes('\0');
  } catch {
    return false;
  }
}

function rewriteHeaders(
  request: IncomingMessage,
  trustedProxies: readonly Network[],
  publicHost: string | undefined,
): void {
  const peer = request.socket.remoteAddress;
  const forwardedFor = request.headers['x-forwarded-for'];
  const client = clientAddress(
    peer,
    Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor,
    trustedProxies,
  );
  const peerText = normalisePeer(peer);
  const peerAddress = peerText === undefined ? undefined : parseAddress(peerText);
  const trusted =
    peerAddress !== undefined && trustedProxies.some((network) => containsAddress(network, peerAddress));

  const names = Object.keys(request.headers);
  const forwarded = names.some((name) => name === 'via' || FORWARDING.test(name));

  const keeps = (name: string) =>
    !name.startsWith('x-postern-') && (!FORWARDING.test(name) || (trusted && FROM_PROXY.has(name)));
  // Node makes these two from the raw list when they are first read, so both are made before that is replaced.
  for (const headers of [request.headers, request.headersDistinct]) {
    for (const name of Object.keys(headers)) if (!keeps(name)) delete headers[name];
  }
  const raw: string[] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = request.rawHeaders.slice(at, at + 2);
    if (keeps(name.toLowerCase())) raw.push(name, value);
  }
  const add = (name: string, value: string) => {
    request.headers[name] = value;
    request.headersDistinct[name] = [value];
    raw.push(name, value);
  };
  if (client !== undefined) add(CLIENT_HEADER, client);
  if (forwarded) add(FORWARDED_HEADER, 'yes');
  // nginx and Apache name us in Host unless they are told otherwise, and Next would take no form that comes so.
  if (forwarded && trusted && publicHost !== undefined && request.headers['x-forwarded-host'] === undefined)
    add('x-forwarded-host', publicHost);
  request.rawHeaders = raw;
}

/**
 * Only scripts that carry this response's nonce run. Next reads the nonce from the request's header, whose name is the
 * response's (a client's own is replaced), and puts it on every script that it writes.
 */
function allowOwnScripts(request: IncomingMessage, response: ServerResponse): void {
  const policy = contentSecurityPolicy(randomBytes(16).toString('base64'));
  request.headers[POLICY_HEADER] = policy;
  response.setHeader(POLICY_HEADER, policy);
}

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    // Components set positions and sizes as style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * Refuses a body that is announced as too large, and cuts one that becomes it. False: already answered. The connection
 * stays open, and Node throws away what still comes: a client that writes its whole body before it reads would have a
 * broken pipe in place of the answer.
 */
function limitBody(request: IncomingMessage, response: ServerResponse, limit: number): boolean {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    refuse(request, response, problem(413, 'too_large'));
    return false;
  }
  // Counting by 'data' listeners would start the stream before the handler wants it.
  const push = request.push.bind(request);
  let received = 0;
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    received += chunk?.length ?? 0;
    if (received <= limit) return push(chunk, encoding);
    request.destroy(new Error('The request is too large'));
    return false;
  };
  return true;
}

/** To programs that speak to the API a problem document, to everybody else its first sentence. */
function refuse(request: IncomingMessage, response: ServerResponse, body: Problem): void {
  if (/^\/api(\/|$)/.test(pathOf(request))) {
    answer(response, { status: body.status, headers: {}, body });
  } else {
    response.writeHead(body.status, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${body.title}\n`);
  }
}

function answer(response: ServerResponse, { status, headers, body }: Misdirected): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.writeHead(status, { ...(body === null ? {} : problemHeaders), ...headers });
  response.end(body === null ? undefined : JSON.stringify(body));
}
