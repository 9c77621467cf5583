import { createServer, type Server } from 'node:http';
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { describeListenError } from './listen-error.ts';
import { type Load, loads } from './load.ts';

export type NodeMetrics = {
  readonly registry: Registry;
  readonly connections: FrequentCounter;
  readonly decisions: FrequentCounter;
  readonly transactions: FrequentCounter;
  readonly transactionSeconds: Histogram;
  readonly octets: FrequentCounter;
  readonly enforceSeconds: Histogram;
  readonly signInSeconds: Histogram<'outcome'>;
  readonly passwordChecks: Counter<'cost'>;
  readonly failures: Counter;
  readonly contentChecks: Counter<'outcome'>;
  readonly brakes: Counter<'what'>;
};

/** What is read at the moment of asking, of the node. */
export type NodeGauges = {
  readonly entries: () => number;
  readonly revision: () => number;
  readonly copyAgeSeconds: () => number;
  readonly copyTooOld: () => boolean;
  readonly reportsWaiting: () => number;
  readonly signInsRunning: () => number;
  readonly brakesOn: () => number;
  readonly ladderKnown: () => boolean;
  /** null where there is none */
  readonly certificateNotAfter: () => Date | null;
};

/** The same of one thread with sessions. */
export type SessionGauges = {
  readonly sessions: () => number;
  readonly lagSeconds: () => number;
  readonly load: () => Load;
  readonly contentChecksWaiting: () => number;
  readonly nextHop: () => Readonly<
    Record<'idle' | 'busy' | 'opening' | 'waiting' | 'healthy', number>
  > | null;
};

const fastBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const slowBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** @param ofProcess whether those of the process come with them: once is enough for all of its threads */
export function newNodeMetrics(ofProcess = true): NodeMetrics {
  const registers = [new Registry()];
  const name = (text: string) => `postern_smtp_${text}`;
  const registry = registers[0] as Registry;
  if (ofProcess) collectDefaultMetrics({ register: registry });
  return {
    registry,
    connections: newFrequentCounter({
      name: name('connections_total'),
      help: 'Connections by the listener that took them',
      label: 'listener',
      registers,
    }),
    decisions: newFrequentCounter({
      name: name('decisions_total'),
      help: 'What clients were told, by rule; accepted is a message handed on',
      label: 'rule',
      registers,
    }),
    transactions: newFrequentCounter({
      name: name('transactions_total'),
      help: 'Mail transactions by outcome',
      label: 'outcome',
      registers,
    }),
    transactionSeconds: new Histogram({
      name: name('transaction_seconds'),
      help: 'From MAIL to the reply to the dot, messages handed on',
      buckets: slowBuckets,
      registers,
    }),
    octets: newFrequentCounter({
      name: name('message_octets_total'),
      help: 'Octets of messages handed on',
      registers,
    }),
    enforceSeconds: new Histogram({
      name: name('enforce_seconds'),
      help: 'From the nudge of the database to a change being in force here',
      buckets: fastBuckets,
      registers,
    }),
    signInSeconds: new Histogram({
      name: name('sign_in_seconds'),
      help: 'Checking of user name and password',
      labelNames: ['outcome'],
      buckets: fastBuckets,
      registers,
    }),
    passwordChecks: new Counter({
      name: name('password_checks_total'),
      help: 'Passwords by what it cost to check them: remembered, argon2id, older_hash',
      labelNames: ['cost'],
      registers,
    }),
    failures: new Counter({
      name: name('session_failures_total'),
      help: 'Sessions ended by a bug',
      registers,
    }),
    contentChecks: new Counter({
      name: name('content_checks_total'),
      help: 'Messages looked at by what was found; away: the filter did not answer, skipped: there was no room',
      labelNames: ['outcome'],
      registers,
    }),
    brakes: new Counter({
      name: name('brakes_total'),
      help: 'Entries that this node has slowed down or held by itself, and what became of it; withheld: too many at once',
      labelNames: ['what'],
      registers,
    }),
  };
}

/** Counts what comes with every message in plain numbers, of which the registry hears when it is asked. */
export type FrequentCounter = {
  /** @param label its value; where the counter has no label, any */
  readonly inc: (label: string, by?: number) => void;
};

function newFrequentCounter({
  label,
  ...configuration
}: {
  name: string;
  help: string;
  label?: string;
  registers: Registry[];
}): FrequentCounter {
  const counted = new Map<string, number>();
  new Counter<string>({
    ...configuration,
    labelNames: label === undefined ? [] : [label],
    collect() {
      for (const [value, by] of counted) {
        if (label === undefined) this.inc(by);
        else this.inc({ [label]: value }, by);
      }
      counted.clear();
    },
  });
  return { inc: (value, by = 1) => void counted.set(value, (counted.get(value) ?? 0) + by) };
}

export function watchGauges(metrics: NodeMetrics, gauges: NodeGauges): void {
  const gauge = gaugeIn(metrics);
  gauge('entries_in_force', 'Entries in force on this node', gauges.entries);
  gauge('revision', 'Revision of the whitelist in force on this node', gauges.revision);
  gauge('copy_age_seconds', 'Age of the heartbeat that the copy knows', () => {
    const age = gauges.copyAgeSeconds();
    return Number.isFinite(age) ? age : -1;
  });
  gauge('copy_too_old', '1 while nothing is decided on this copy', () => (gauges.copyTooOld() ? 1 : 0));
  gauge('reports_waiting', 'Reports that the database has not taken yet', gauges.reportsWaiting);
  gauge('sign_ins_running', 'Passwords being checked or waiting for it', gauges.signInsRunning);
  gauge('brakes_on', 'Entries that this node slows down or holds by itself', gauges.brakesOn);
  gauge('ladder_known', '1 once the ladder of the policy is known, without which no brake is put on', () =>
    gauges.ladderKnown() ? 1 : 0,
  );
  if (gauges.certificateNotAfter() === null) return;
  gauge(
    'certificate_not_after_seconds',
    'When the certificate in use ends, in seconds since 1970',
    () => (gauges.certificateNotAfter()?.getTime() ?? 0) / 1000,
  );
}

export function watchSessionGauges(metrics: NodeMetrics, gauges: SessionGauges): void {
  const gauge = gaugeIn(metrics);
  gauge('sessions', 'Open connections', gauges.sessions);
  const ofWorst = 'the busiest thread counts';
  gauge('loop_lag_seconds', `How late the event loop is on average; ${ofWorst}`, gauges.lagSeconds, 'max');
  gauge(
    'load',
    `0 calm, 1 less patience with strangers, 2 none of them comes in, 3 nobody does; ${ofWorst}`,
    () => loads.indexOf(gauges.load()),
    'max',
  );
  gauge(
    'content_checks_waiting',
    'Messages that the spam filter is asked about',
    gauges.contentChecksWaiting,
  );
  if (gauges.nextHop() === null) return;
  for (const state of ['idle', 'busy', 'opening', 'waiting'] as const) {
    gauge(`next_hop_${state}`, nextHopHelp[state], () => gauges.nextHop()?.[state] ?? 0);
  }
  // Every thread sees the same next hops; the one that sees the fewest has something to say.
  gauge('next_hop_healthy', nextHopHelp.healthy, () => gauges.nextHop()?.healthy ?? 0, 'min');
}

function gaugeIn({ registry }: NodeMetrics) {
  return (name: string, help: string, read: () => number, aggregator: 'sum' | 'min' | 'max' = 'sum') => {
    new Gauge({
      name: `postern_smtp_${name}`,
      help,
      registers: [registry],
      aggregator,
      collect() {
        this.set(read());
      },
    });
  };
}

const nextHopHelp = {
  idle: 'Connections to the next hop that wait for a message',
  busy: 'Connections to the next hop with a message',
  opening: 'Connections to the next hop being opened',
  waiting: 'Messages that wait for a connection to the next hop',
  healthy: 'Next hops that answer',
} as const;

export type MetricsServer = { readonly port: number; readonly close: () => Promise<void> };

/** `/metrics`, `/health` (it runs) and `/ready` (send it clients). */
export async function serveMetrics(
  collect: () => Promise<string>,
  host: string,
  port: number,
  ready: () => { ready: boolean; why: string },
): Promise<MetricsServer> {
  const server: Server = createServer(async (request, response) => {
    const answer = (status: number, type: string, body: string) => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(body);
    };
    const json = (status: number, body: object) => answer(status, 'application/json', JSON.stringify(body));
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') return json(405, { status: 'GET only' });
    if (path === '/health') return json(200, { status: 'ok' });
    if (path === '/ready') {
      const state = ready();
      return json(state.ready ? 200 : 503, { status: state.why });
    }
    if (path === '/metrics') {
      try {
        return answer(200, Registry.PROMETHEUS_CONTENT_TYPE, await collect());
      } catch {
        // What is read of the process comes from files, and there may be no descriptor left.
        return json(503, { status: 'the metrics cannot be read' });
      }
    }
    return json(404, { status: 'not found' });
  });
  await new Promise<void>((resolve, reject) => {
    // Also later: an unheard error, as of a process without a descriptor left, would end the node.
    server.on('error', (error) => reject(describeListenError(error, host, port, 'SMTP_METRICS_PORT')));
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The metrics of all threads as one: what they count is added up. */
export function joinMetrics(ofThreads: readonly MetricsOfThread[]): Promise<string> {
  return AggregatorRegistry.aggregate([...ofThreads]).metrics();
}

/** As a thread hands them to another. */
export type MetricsOfThread = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;
