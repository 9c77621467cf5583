import type { RdapFacts } from '../domain/evidence.ts';
import { formatAddress } from '../domain/ip.ts';
import { addressBits, firstAddress, formatNetwork, type Network } from '../domain/network.ts';
import { type HttpFailure, httpGet } from './http-get.ts';
import { readRdapAnswer } from './rdap-answer.ts';

export type RdapLookup =
  | { outcome: 'found'; facts: RdapFacts; raw: unknown }
  | { outcome: 'none'; server: string }
  | { outcome: 'temporary_error'; cause: HttpFailure | 'no_server'; server: string; retryAfterMs?: number };

export type RdapOptions = {
  /** Base address of the server, with its path. */
  base: string;
  signal?: AbortSignal;
  timeoutMs?: number;
  /** Hosts with their port that an operator has configured: they may be private. */
  trustedHosts?: readonly string[];
};

const TIMEOUT_MS = 8000;
const MAX_BYTES = 1_000_000;
/** A registry refers to a national one, that one perhaps to a holder's: further than that nobody looks. */
const MAX_REFERRALS = 2;

/** Asks who a network is registered to: RFC 9082 section 3.1.1, RFC 9083 section 5.4. Redirects and referrals are followed. */
export async function lookUpRdap(network: Network, options: RdapOptions): Promise<RdapLookup> {
  const first = await ask(queryUrl(options.base, network), network, options);
  if (first.outcome !== 'found') return first;
  let best = first;
  const visited = new Set([first.url]);
  for (let hop = 0; hop < MAX_REFERRALS && best.referral !== null && !visited.has(best.referral); hop += 1) {
    visited.add(best.referral);
    const next = await ask(best.referral, network, options);
    // What the first server said stays true where the one that it refers to does not answer.
    if (next.outcome !== 'found') break;
    best = next;
  }
  return { outcome: 'found', facts: best.facts, raw: best.raw };
}

function queryUrl(base: string, network: Network): string {
  const address = formatAddress(firstAddress(network));
  const single = network.prefix === addressBits(network.family);
  return `${base.replace(/\/+$/, '')}/ip/${single ? address : formatNetwork(network)}`;
}

type Asked =
  | { outcome: 'found'; facts: RdapFacts; raw: unknown; referral: string | null; url: string }
  | Exclude<RdapLookup, { outcome: 'found' }>;

async function ask(url: string, network: Network, options: RdapOptions): Promise<Asked> {
  const answer = await httpGet({
    url,
    // RFC 7480 section 4.2.
    headers: { accept: 'application/rdap+json, application/json;q=0.8' },
    signal: options.signal,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    trustedHosts: options.trustedHosts ?? [],
  });
  const server = URL.parse(answer.url)?.host ?? '';
  if (answer.outcome === 'none') return { outcome: 'none', server };
  if (answer.outcome === 'temporary_error') {
    const { cause, retryAfterMs } = answer;
    return {
      outcome: 'temporary_error',
      cause,
      server,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
  const raw = parseJson(answer.body);
  const read = raw === undefined ? undefined : readRdapAnswer(raw, network, server);
  if (read === undefined) return { outcome: 'temporary_error', cause: 'bad_answer', server };
  return { outcome: 'found', facts: read.facts, raw, referral: read.referral, url };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
