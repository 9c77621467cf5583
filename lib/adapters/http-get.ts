import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { parseAddress, unwrapMapped } from '../domain/ip.ts';
import { singleAddress } from '../domain/network.ts';
import { classifyNetwork } from '../domain/special-purpose.ts';

/** Why a request has told nothing. */
export type HttpFailure =
  | 'timeout'
  | 'unreachable'
  | 'too_large'
  | 'too_many_redirects'
  | 'forbidden_target'
  | 'rate_limited'
  | 'refused'
  | 'server_failure'
  | 'bad_answer'
  | 'cancelled';

export type HttpAnswer =
  | { outcome: 'found'; url: string; body: string; headers: IncomingMessage['headers'] }
  /** 404 or 410: the server knows that there is nothing. */
  | { outcome: 'none'; url: string }
  | { outcome: 'temporary_error'; cause: HttpFailure; url: string; status?: number; retryAfterMs?: number };

export type HttpGet = {
  url: string;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  timeoutMs: number;
  maxBytes: number;
  maxRedirects?: number;
  /**
   * What an operator has configured may be private, all else must be public: hosts with their port, as `URL.host` has them.
   * What else listens on such a host nobody has named.
   */
  trustedHosts: readonly string[];
};

const MAX_REDIRECTS = 5;
const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

/**
 * One GET with everything limited: time, size, redirects, and where they may lead. A server elsewhere must not be
 * able to send us into our own network, so a host that nobody configured has to resolve to public addresses.
 * Never throws for what the network does.
 */
export async function httpGet(get: HttpGet): Promise<HttpAnswer> {
  const deadline = AbortSignal.timeout(get.timeoutMs);
  const signal = get.signal === undefined ? deadline : AbortSignal.any([deadline, get.signal]);
  const seen = new Set<string>();
  let url = get.url;
  for (let redirects = 0; redirects <= (get.maxRedirects ?? MAX_REDIRECTS); redirects += 1) {
    if (seen.has(url)) break;
    seen.add(url);
    const step = await getOnce(get, url, signal);
    if (step.outcome !== 'redirect') return step;
    // Not from https to http: an answer that anybody on the way could have written is none.
    if (url.startsWith('https:') && !step.to.startsWith('https:')) {
      return { outcome: 'temporary_error', cause: 'forbidden_target', url: step.to };
    }
    url = step.to;
  }
  return { outcome: 'temporary_error', cause: 'too_many_redirects', url };
}

type Step = HttpAnswer | { outcome: 'redirect'; to: string };

async function getOnce(get: HttpGet, url: string, signal: AbortSignal): Promise<Step> {
  const failed = (cause: HttpFailure, status?: number): Step => ({
    outcome: 'temporary_error',
    cause,
    url,
    status,
  });
  const target = URL.parse(url);
  if (target === null || (target.protocol !== 'https:' && target.protocol !== 'http:')) {
    return failed('forbidden_target');
  }
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const trusted = get.trustedHosts.includes(target.host);
  if (!trusted && isIP(host) !== 0 && !isPublic(host)) return failed('forbidden_target');
  try {
    const response = await send(target, get, signal, trusted ? undefined : publicLookup);
    const status = response.statusCode ?? 0;
    const { location } = response.headers;
    if (status >= 300 && status < 400 && location !== undefined) {
      response.destroy();
      const to = URL.parse(location, url);
      return to === null ? failed('bad_answer', status) : { outcome: 'redirect', to: to.href };
    }
    if (status === 404 || status === 410) {
      response.destroy();
      return { outcome: 'none', url };
    }
    if (status !== 200) {
      response.destroy();
      return { ...failedStatus(status, response.headers['retry-after']), url };
    }
    const body = await readBody(response, get.maxBytes, signal);
    return body === undefined
      ? failed('too_large', status)
      : { outcome: 'found', url, body, headers: response.headers };
  } catch (error) {
    return failed(failureOf(error, get.signal));
  }
}

function send(
  target: URL,
  get: HttpGet,
  signal: AbortSignal,
  lookup: LookupFunction | undefined,
): Promise<IncomingMessage> {
  const open = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = open(
      target,
      {
        method: 'GET',
        headers: { 'accept-encoding': 'identity', ...get.headers },
        signal,
        lookup,
        agent: false,
      },
      resolve,
    );
    request.on('error', reject);
    request.end();
  });
}

async function readBody(
  response: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function failedStatus(status: number, retryAfter: string | undefined) {
  const cause: HttpFailure =
    status === 429
      ? 'rate_limited'
      : status >= 500
        ? 'server_failure'
        : status >= 400
          ? 'refused'
          : 'bad_answer';
  const retryAfterMs = parseRetryAfter(retryAfter, Date.now());
  return {
    outcome: 'temporary_error' as const,
    cause,
    status,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
}

/** RFC 9110 section 10.2.3: seconds or a date. Null for none; never more than a day. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | null {
  if (value === undefined) return null;
  const text = value.trim();
  const wanted = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(wanted) ? null : Math.min(Math.max(wanted, 0), LONGEST_RETRY_AFTER_MS);
}

/** A host of a public name may still resolve to a private address: what is connected to is checked, not the name. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '');
    const open = (addresses as LookupAddress[]).filter(({ address }) => isPublic(address));
    const [first] = open;
    if (first === undefined) return callback(new ForbiddenTarget(hostname), '');
    // biome-ignore lint/suspicious/noExplicitAny: node types the callback by `all`, which is known only at run time.
    return options.all ? (callback as any)(null, open) : callback(null, first.address, first.family);
  });
};

class ForbiddenTarget extends Error {}

function isPublic(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && classifyNetwork(singleAddress(unwrapMapped(address))).global;
}

const bugs: readonly string[] = ['ERR_INVALID_ARG_TYPE', 'ERR_INVALID_CHAR'];

function failureOf(error: unknown, callerSignal: AbortSignal | undefined): HttpFailure {
  if (error instanceof ForbiddenTarget) return 'forbidden_target';
  if (callerSignal?.aborted === true) return 'cancelled';
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error ? String(error.code) : '';
  if (bugs.includes(code)) throw error;
  if (error.name === 'TimeoutError' || error.name === 'AbortError' || code === 'ABORT_ERR') return 'timeout';
  if (code.startsWith('HPE_')) return 'bad_answer';
  return 'unreachable';
}
