import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { clientAddress } from '../lib/domain/client-address.ts';
import { normalisePeer, parseAddress } from '../lib/domain/ip.ts';
import { containsAddress, type Network } from '../lib/domain/network.ts';

const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the idle time of the usual load balancers, so that it is they who close. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const HEADER_BYTES = 16 * 1024;
/** An abuse report carries a whole message; everything else is far smaller. */
export const BODY_BYTES = 12 * 1024 * 1024;

/** A year (RFC 6797). */
const HSTS = 'max-age=31536000';

const POLICY_HEADER = 'content-security-policy';
const CLIENT_HEADER = 'x-postern-client';
const FORWARDING = /^(x-forwarded-.*|forwarded|x-real-ip|x-client-ip|true-client-ip)$/;
/** A trusted proxy that rewrites Host tells by these what the browser asked for. */
const FROM_PROXY = new Set(['x-forwarded-host', 'x-forwarded-proto']);

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export type PortalServerOptions = {
  handler: RequestHandler;
  trustedProxies: readonly Network[];
  /** Browsers reach it by https: they are told to keep to that. */
  isSecure?: boolean;
  /** Told about what the handler has thrown. */
  onError: (error: unknown) => void;
  bodyBytes?: number;
};

/**
 * The HTTP server around the portal. It alone reads forwarding headers: behind it `x-postern-client` is the client's
 * address, whatever the client has sent. It listens on nothing yet.
 */
export function createPortalServer(options: PortalServerOptions): Server {
  const { handler, trustedProxies, onError, isSecure = false, bodyBytes = BODY_BYTES } = options;
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: HEADER_BYTES,
    },
    (request, response) => {
      rewriteHeaders(request, trustedProxies);
      if (isSecure) response.setHeader('strict-transport-security', HSTS);
      allowOwnScripts(request, response);
      // Next answers 500 to a path that is no text, and nobody is served by looking into that.
      if (!isReadable(request.url ?? '/'))
        return refuse(response, 400, 'The path of the request is not UTF-8');
      if (!limitBody(request, response, bodyBytes)) return;
      handler(request, response).catch((error) => {
        onError(error);
        if (response.headersSent) response.destroy();
        else refuse(response, 500, 'Something went wrong');
      });
    },
  );
  return server;
}

function isReadable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

function rewriteHeaders(request: IncomingMessage, trustedProxies: readonly Network[]): void {
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
  if (client !== undefined) {
    request.headers[CLIENT_HEADER] = client;
    request.headersDistinct[CLIENT_HEADER] = [client];
    raw.push(CLIENT_HEADER, client);
  }
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

/** Refuses a body that is announced as too large, and cuts one that becomes it. False: already answered. */
function limitBody(request: IncomingMessage, response: ServerResponse, limit: number): boolean {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    refuse(response, 413, 'The request is too large');
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

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${sentence}\n`);
}
