import { Resolver as NodeResolver } from 'node:dns/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Why a lookup has told nothing. */
export type LookupFailure =
  | 'timeout'
  | 'server_failure'
  | 'refused'
  | 'unreachable'
  | 'bad_answer'
  | 'cancelled';

/** The closed set of what a lookup ends in. Only `found` and `none` are answers; a failure says nothing either way. */
export type Lookup<Value> =
  | { outcome: 'found'; records: Value[] }
  | { outcome: 'none'; reason: 'no_such_name' | 'no_such_record' }
  | { outcome: 'temporary_error'; cause: LookupFailure };

export type Resolver = {
  /** Names of a PTR set in presentation form, without the final dot; hostile bytes stay escaped as `\DDD`. */
  ptr: (name: string) => Promise<Lookup<string>>;
  a: (name: string) => Promise<Lookup<string>>;
  aaaa: (name: string) => Promise<Lookup<string>>;
  /** Each record's strings joined: RFC 7208 section 3.3. */
  txt: (name: string) => Promise<Lookup<string>>;
  /** Ends every lookup in flight as `cancelled`. */
  cancel: () => void;
};

export type ResolverOptions = {
  /** `host[:port]`, `[v6]:port`; none: those of the system, which are believed only after they have shown the root. */
  servers?: readonly string[];
  /** How long one server is waited for. */
  timeoutMs?: number;
  /** How often the servers are gone round. */
  tries?: number;
  /** Pause before a lookup that failed at the server is tried once more. */
  retryAfterMs?: number;
};

const TIMEOUT_MS = 2000;
const TRIES = 2;
const RETRY_AFTER_MS = 300;
/** More names than this are nobody's honest ones: the rest is left out. Of addresses all count, to confirm a name by. */
const MOST_NAMES = 50;
/** How long a verdict on the system's servers holds. */
const BELIEF_MS = 60_000;

const failures: Readonly<Record<string, LookupFailure>> = {
  ETIMEOUT: 'timeout',
  ESERVFAIL: 'server_failure',
  EREFUSED: 'refused',
  ENOTIMP: 'refused',
  ECONNREFUSED: 'unreachable',
  ECANCELLED: 'cancelled',
  EDESTRUCTION: 'cancelled',
  EBADRESP: 'bad_answer',
  EFORMERR: 'bad_answer',
};

const worthRetrying: readonly LookupFailure[] = ['server_failure', 'bad_answer'];

/**
 * Asks name servers. Nothing here throws for what the network does; a name that cannot be asked for at all (a label
 * over 63 octets) has no records.
 */
export function createResolver(options: ResolverOptions = {}): Resolver {
  const timeout = options.timeoutMs ?? TIMEOUT_MS;
  const resolver = new NodeResolver({ timeout, tries: options.tries ?? TRIES, maxTimeout: timeout });
  const servers = options.servers ?? [];
  if (servers.length > 0) resolver.setServers([...servers]);
  const believed = servers.length > 0 ? async () => true : systemBelief(resolver);

  async function ask<Value>(query: () => Promise<Value[]>): Promise<Lookup<Value>> {
    const first = await askOnce(query);
    if (first.outcome !== 'temporary_error' || !worthRetrying.includes(first.cause)) return checked(first);
    await delay(options.retryAfterMs ?? RETRY_AFTER_MS);
    return checked(await askOnce(query));
  }

  /** A network that answers NXDOMAIN to everything (captive portals, sandboxes) must not read as "is on no list". */
  async function checked<Value>(lookup: Lookup<Value>): Promise<Lookup<Value>> {
    if (lookup.outcome !== 'none' || (await believed())) return lookup;
    return { outcome: 'temporary_error', cause: 'unreachable' };
  }

  return {
    ptr: (name) => ask(async () => (await resolver.resolvePtr(name)).slice(0, MOST_NAMES)),
    a: (name) => ask(() => resolver.resolve4(name)),
    aaaa: (name) => ask(() => resolver.resolve6(name)),
    txt: (name) => ask(async () => (await resolver.resolveTxt(name)).map((strings) => strings.join(''))),
    cancel: () => resolver.cancel(),
  };
}

async function askOnce<Value>(query: () => Promise<Value[]>): Promise<Lookup<Value>> {
  try {
    const records = await query();
    return records.length > 0 ? { outcome: 'found', records } : { outcome: 'none', reason: 'no_such_record' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOTFOUND' || code === 'EBADNAME') return { outcome: 'none', reason: 'no_such_name' };
    if (code === 'ENODATA') return { outcome: 'none', reason: 'no_such_record' };
    const cause = failures[code];
    if (cause === undefined) throw error;
    return { outcome: 'temporary_error', cause };
  }
}

/** Whether the system's servers know the reverse tree at all: everybody's real one has an SOA (RFC 5855). */
function systemBelief(resolver: NodeResolver): () => Promise<boolean> {
  let asked: { at: number; answer: Promise<boolean> } | null = null;
  return () => {
    const now = performance.now();
    if (asked === null || now - asked.at > BELIEF_MS) {
      const answer = resolver.resolveSoa('in-addr.arpa').then(
        () => true,
        () => false,
      );
      asked = { at: now, answer };
    }
    return asked.answer;
  };
}
