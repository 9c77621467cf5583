import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Logger } from 'pino';
import { insertNodeReports, type NodeReport } from '../../db/queries/node.ts';

// A node writes nothing but reports: rows of an inbox that the jobs turn into changes.

export type ReportKind =
  | 'proof_seen'
  | 'address_found'
  | 'proof_withdrawn'
  | 'sighting'
  | 'enforced'
  | 'credential_rehashed';

export type KeptReport = { ok: true; reportId: string } | { ok: false; reason: string };

export type Reports = {
  /** Answers once the report is committed, or once it is certain that nobody should count on it. */
  readonly keep: (kind: ReportKind, payload: object) => Promise<KeptReport>;
  /** Written as soon as the database takes it, also much later. */
  readonly tell: (kind: ReportKind, payload: object) => void;
  /** Counts a sign-in from an address; days are counted together and written now and then. */
  readonly sighting: (serverId: string, address: string, now: Date) => void;
  /** How many reports wait. */
  readonly waiting: () => number;
  readonly close: () => Promise<void>;
};

const writeTimeoutMs = 5_000;
const retryMs = 1_000;
const sightingsEveryMs = 10_000;
const mostInOneWrite = 500;
/** What waits for a database that is away: beyond this the oldest sightings are forgotten, never a withdrawal. */
const mostWaiting = 20_000;

type Waiting = NodeReport & { readonly answer: ((kept: KeptReport) => void) | null };

export function openReports(databaseUrl: string, node: string, log: Logger): Reports {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: `postern-smtp ${node} reports`,
    max: 2,
    connectionTimeoutMillis: writeTimeoutMs,
    query_timeout: writeTimeoutMs,
  });
  // A connection that breaks while idle is replaced at the next write.
  pool.on('error', () => {});

  let queue: Waiting[] = [];
  let writing: Promise<void> | null = null;
  let retry: NodeJS.Timeout | null = null;
  let closed = false;
  const sightings = new Map<string, { server_id: string; address: string; day: string; count: number }>();
  const sightingTimer = setInterval(tellSightings, sightingsEveryMs);
  sightingTimer.unref();

  function add(report: Waiting): void {
    queue.push(report);
    write();
  }

  /** Everything that gathers while one statement is under way goes into the next: batches without waiting. */
  function write(): void {
    if (closed || writing !== null || queue.length === 0) return;
    if (retry !== null && !queue.some(({ answer }) => answer !== null)) return;
    const batch = queue.slice(0, mostInOneWrite);
    queue = queue.slice(mostInOneWrite);
    writing = writeBatch(batch).then(() => {
      writing = null;
      write();
    });
  }

  /** @returns whether the database has taken it */
  async function writeBatch(batch: Waiting[]): Promise<boolean> {
    try {
      const client = await pool.connect();
      try {
        await insertNodeReports(
          client,
          node,
          batch.map(({ id, kind, payload }) => ({ id, kind, payload })),
        );
        client.release();
      } catch (error) {
        // Its statement may still be running; the connection is not to be used again.
        client.release(true);
        throw error;
      }
      for (const { answer, id } of batch) answer?.({ ok: true, reportId: id });
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ reason, reports: batch.length }, 'reports could not be written');
      // Who waited has been told; the same report must not turn up later all the same.
      for (const { answer } of batch) answer?.({ ok: false, reason });
      putBack(batch.filter(({ answer }) => answer === null));
      return false;
    }
  }

  function putBack(batch: Waiting[]): void {
    queue = [...batch, ...queue];
    for (let over = queue.length - mostWaiting; over > 0; over -= 1) {
      const oldest = queue.findIndex(({ kind }) => kind === 'sighting' || kind === 'enforced');
      if (oldest < 0) break;
      queue.splice(oldest, 1);
    }
    if (closed || retry !== null || queue.length === 0) return;
    retry = setTimeout(() => {
      retry = null;
      write();
    }, retryMs);
    retry.unref();
  }

  function tellSightings(): void {
    for (const sighting of sightings.values()) tell('sighting', sighting);
    sightings.clear();
  }

  function tell(kind: ReportKind, payload: object): void {
    add({ id: randomUUID(), kind, payload, answer: null });
  }

  return {
    tell,
    keep: (kind, payload) =>
      new Promise((resolve) => add({ id: randomUUID(), kind, payload, answer: resolve })),
    sighting: (serverId, address, now) => {
      const day = now.toISOString().slice(0, 10);
      const key = `${serverId} ${address} ${day}`;
      const known = sightings.get(key);
      if (known !== undefined) known.count += 1;
      else sightings.set(key, { server_id: serverId, address, day, count: 1 });
    },
    waiting: () => queue.length,
    close: async () => {
      clearInterval(sightingTimer);
      tellSightings();
      if (retry !== null) clearTimeout(retry);
      retry = null;
      closed = true;
      await writing;
      for (let taken = true; taken && queue.length > 0; ) {
        taken = await writeBatch(queue.splice(0, mostInOneWrite));
      }
      if (queue.length > 0) log.error({ reports: queue.length }, 'reports are lost: the database is away');
      await pool.end();
    },
  };
}
