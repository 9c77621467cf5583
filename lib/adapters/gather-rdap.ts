import type { RdapFacts } from '../domain/evidence.ts';
import { formatNetwork, type Network } from '../domain/network.ts';
import type { Gathered, Gatherer } from './gathering.ts';
import type { TakeTurn } from './rate-limit.ts';
import { lookUpRdap, type RdapLookup } from './rdap.ts';
import { rdapBase } from './rdap-bootstrap.ts';
import type { BootstrapService } from './rdap-bootstrap-data.ts';

const TIMEOUT_MS = 9000;

/** What outlasts one asking, kept where every process sees it. */
export type RdapMemory = {
  /** An answer to the same question that is still fresh. */
  answer: (network: string) => Promise<KeptAnswer | null>;
  keepAnswer: (network: string, answer: KeptAnswer) => Promise<void>;
  /** Milliseconds for which a server has asked to be left alone. */
  pauseMs: (server: string) => Promise<number>;
  keepPause: (server: string, milliseconds: number) => Promise<void>;
  /** The newest bootstrap that we know. */
  bootstrap: () => Promise<readonly BootstrapService[]>;
};

export type KeptAnswer = { outcome: 'found' | 'none'; facts: RdapFacts | null; raw: unknown };

export type RdapGathererOptions = {
  /** The one server to ask; null: the registry that answers for the network (RFC 9224). */
  base: string | null;
  memory: RdapMemory;
  takeTurn: TakeTurn;
};

/**
 * Who a network is registered to. Polite: an answer is kept, a server gets its questions in turns, and is left alone when it
 * asks for it.
 */
export function rdapGatherer({ base, memory, takeTurn }: RdapGathererOptions): Gatherer<'rdap'> {
  return {
    source: 'rdap',
    timeoutMs: TIMEOUT_MS,
    gather: async ({ network }, signal) => {
      const question = formatNetwork(network);
      const kept = await memory.answer(question);
      if (kept !== null) return kept;
      const server = base ?? rdapBase(await memory.bootstrap(), network);
      if (server === undefined) return failed('no_server');
      const lookup = await askPolitely(network, server, { base, memory, takeTurn }, signal);
      if (lookup.outcome === 'temporary_error') return failed(lookup.cause, lookup.retryAfterMs);
      const answer: KeptAnswer =
        lookup.outcome === 'found'
          ? { outcome: 'found', facts: lookup.facts, raw: lookup.raw }
          : { outcome: 'none', facts: null, raw: { status: 404, server: lookup.server } };
      await memory.keepAnswer(question, answer);
      return answer;
    },
  };
}

async function askPolitely(
  network: Network,
  server: string,
  { base, memory, takeTurn }: RdapGathererOptions,
  signal: AbortSignal,
): Promise<RdapLookup> {
  const host = new URL(server).host;
  const pauseMs = await memory.pauseMs(host);
  if (pauseMs > 0 || !(await takeTurn(host, signal))) {
    return { outcome: 'temporary_error', cause: 'rate_limited', server: host, retryAfterMs: pauseMs };
  }
  const trustedHosts = base === null ? [] : [host];
  const lookup = await lookUpRdap(network, { base: server, signal, trustedHosts });
  if (lookup.outcome === 'temporary_error' && lookup.cause === 'rate_limited') {
    const wanted = lookup.retryAfterMs ?? PAUSE_MS;
    await memory.keepPause(lookup.server, wanted);
    return { ...lookup, retryAfterMs: wanted };
  }
  return lookup;
}

/** Where a server says 429 and not for how long. */
const PAUSE_MS = 60_000;

function failed(cause: string, retryAfterMs?: number): Gathered<'rdap'> {
  return {
    outcome: 'temporary_error',
    facts: null,
    raw: { cause },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
