import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { entriesByStatus, openNodeReports } from '../../db/queries/counts.ts';
import { listNodes } from '../../db/queries/events.ts';
import { disagreeingNodes } from '../domain/node-agreement.ts';
import { portal } from './portal.ts';

type Metrics = {
  registry: Registry;
  requests: Counter<'endpoint' | 'method' | 'status'>;
  seconds: Histogram<'endpoint' | 'method'>;
};

// One registry a process, whatever bundle counts.
const place = Symbol.for('postern.metrics');
const holder = globalThis as { [place]?: Metrics };

export function portalMetrics(): Metrics {
  holder[place] ??= createMetrics();
  return holder[place];
}

function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'postern_api_requests_total',
    help: 'Requests to the REST API, by endpoint and status.',
    labelNames: ['endpoint', 'method', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'postern_api_request_seconds',
    help: 'How long a request to the REST API took.',
    labelNames: ['endpoint', 'method'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  gauge(registry, 'postern_entries', 'Whitelist entries, by status.', ['status'], async (set) => {
    for (const { status, count } of await entriesByStatus(portal().database)) set(count, { status });
  });
  gauge(registry, 'postern_node_reports_open', 'Reports of nodes that no job has taken.', [], async (set) => {
    set(await openNodeReports(portal().database));
  });
  gauge(registry, 'postern_node_revision', 'The revision that each node enforces.', ['node'], async (set) => {
    for (const node of await listNodes(portal().database)) set(node.revision ?? 0, { node: node.name });
  });
  gauge(
    registry,
    'postern_node_disagrees',
    '1 for a node that holds something else than another at the same revision.',
    ['node'],
    async (set) => {
      const nodes = await listNodes(portal().database);
      const disagreeing = new Set(disagreeingNodes(nodes).map(({ name }) => name));
      for (const { name } of nodes) set(disagreeing.has(name) ? 1 : 0, { node: name });
    },
  );
  gauge(
    registry,
    'postern_node_last_seen_seconds',
    'When each node last reported.',
    ['node'],
    async (set) => {
      for (const node of await listNodes(portal().database)) {
        set(node.lastSeenAt.getTime() / 1000, { node: node.name });
      }
    },
  );
  return { registry, requests, seconds };
}

/** A gauge that asks the database when it is read: what is gone there is gone here. */
function gauge<Label extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly Label[],
  read: (set: (value: number, labels?: Partial<Record<Label, string>>) => void) => Promise<void>,
): void {
  const metric: Gauge<Label> = new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    collect: async () => {
      metric.reset();
      await read((value, labels = {}) => metric.set(labels, value));
    },
  });
}
