import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Logger } from 'pino';
import { insertNodeReports, type NodeReport } from '../../db/queries/node.ts';
import { atMost } from './at-most.ts';
import type { ReportSpool } from './report-spool.ts';

// A node writes nothing but reports: rows of an inbox that the jobs turn into changes.

export type ReportKind =
  | 'proof_seen'
  | 'address_found'
  | 'proof_withdrawn'
  | 'sighting'
  | 'counters'
  | 'senders'
  | 'spam_seen'
  | 'enforced'
  | 'credential_rehashed';

export type KeptReport = { ok: true; reportId: string } | { ok: false; reason: string };

export type Reports = {
  /** Answers once the report is committed, or once it is certain that nobody should count on it. */
  readonly keep: (kind: ReportKind, payload: object) => Promise<KeptReport>;
  /** Written as soon as the database takes it, also much later. */
  readonly tell: (kind: ReportKind, payload: object) => void;
  /** Counts a sign-in from an address, of so many of a server; days are counted together and written now and then. */
  readonly sighting: (serverId: string, address: string, now: Date) => void;
  /** How many reports wait. */
  readonly waiting: () => number;
  readonly close: () => Promise<void>;
};

const writeTimeoutMs = 5_000;
const retryMs = 1_000;
const sightingsEveryMs = 10_000;
/** Of addresses of one server meanwhile: who signs in from ever new ones has nobody else's reports wait. */
const mostSightings = 100;
const mostInOneWrite = 500;
/** A batch of rows weighs as much as many reports: some megabytes in one statement are enough. */
const batchWeight = 25;
/** What waits for a database that is away: beyond this the oldest sightings are forgotten, never a withdrawal. */
const mostWaiting = 20_000;

/** Kinds that wait on disk while the database is away, so that a restart does not lose them. */
const lasting: ReadonlySet<string> = new Set<ReportKind>([
  'counters',
  'spam_seen',
  'proof_withdrawn',
  'credential_rehashed',
]);
const batches: ReadonlySet<string> = new Set<ReportKind>(['counters', 'senders']);
/** In this order, where too much waits. */
const forgettable: readonly ReportKind[] = ['enforced', 'sighting', 'senders'];

type Waiting = {
  readonly id: string;
  readonly kind: string;
  /** undefined: it is in the spool */
  payload: unknown;
  readonly answer: ((kept: KeptReport) => void) | null;
};

/** @param spool where what must not be lost waits for the database; null: only in memory */
export function openReports(
  databaseUrl: string,
  node: string,
  log: Logger,
  spool: ReportSpool | null = null,
): Reports {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: `postern-smtp ${node} reports`,
    max: 2,
    connectionTimeoutMillis: writeTimeoutMs,
    query_timeout: writeTimeoutMs,
  });
  // A connection that breaks while idle is replaced at the next write.
  pool.on('error', () => {});
  // One that breaks in a statement fails that statement, and says so besides: unheard, that would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));

  let queue: Waiting[] = [];
  let writing: Promise<void> | null = null;
  let retry: NodeJS.Timeout | null = null;
  let closed = false;
  const sightings = new Map<string, { server_id: string; address: string; day: string; count: number }>();
  const sightingsOf = new Map<string, number>();
  let spooling: Promise<void> = spool === null ? Promise.resolve() : recover(spool);
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
    writing = writeBatch(takeBatch()).then(() => {
      writing = null;
      write();
    });
  }

  /** Whom a client waits for goes first; the others in the order in which they came, as many as are quick to write. */
  function takeBatch(): Waiting[] {
    const sorted = [
      ...queue.filter(({ answer }) => answer !== null),
      ...queue.filter(({ answer }) => answer === null),
    ];
    let weight = 0;
    let count = 0;
    for (; count < sorted.length; count += 1) {
      weight += batches.has((sorted[count] as Waiting).kind) ? batchWeight : 1;
      if (count > 0 && weight > mostInOneWrite) break;
    }
    queue = sorted.slice(count);
    return sorted.slice(0, count);
  }

  /** @returns whether the database has taken it */
  async function writeBatch(batch: Waiting[]): Promise<boolean> {
    try {
      // First of all: nothing is read from disk each second while the database is away.
      const client = await pool.connect();
      const reports = await withPayloads(batch);
      try {
        await insertNodeReports(client, node, reports);
        client.release();
      } catch (error) {
        // Its statement may still be running; the connection is not to be used again.
        client.release(true);
        throw error;
      }
      for (const { answer, id } of batch) answer?.({ ok: true, reportId: id });
      await forgetSpooled(reports);
      return true;
    } catch (error) {
      if (isOfContent(error)) return setApart(batch, error);
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ reason, reports: batch.length }, 'reports could not be written');
      // Who waited has been told; the same report must not turn up later all the same.
      for (const { answer } of batch) answer?.({ ok: false, reason });
      putBack(batch.filter(({ answer }) => answer === null));
      return false;
    }
  }

  /** One that can never be written must not keep the others from it, nor whoever proves an address. */
  async function setApart(batch: Waiting[], error: pg.DatabaseError): Promise<boolean> {
    const [only] = batch;
    if (only !== undefined && batch.length === 1) {
      const { id, kind, answer } = only;
      log.error(
        { report: id, kind, reason: error.message },
        'a report that the database cannot take is lost',
      );
      answer?.({ ok: false, reason: error.message });
      await forgetSpooled(batch);
      return true;
    }
    const half = batch.length >> 1;
    const taken = await writeBatch(batch.slice(0, half));
    return (await writeBatch(batch.slice(half))) && taken;
  }

  /** One that cannot be read, as while no file can be opened, stays where it is for the next start. */
  async function withPayloads(batch: readonly Waiting[]): Promise<NodeReport[]> {
    const reports: NodeReport[] = [];
    for (const { id, kind, payload } of batch) {
      if (payload !== undefined) reports.push({ id, kind, payload });
      else {
        const kept = await spool?.read(id);
        if (kept != null) reports.push(kept);
        else log.error({ report: id }, 'a report on disk cannot be read');
      }
    }
    return reports;
  }

  /** The database has them. Whatever is left behind by a failure is written again and found known. */
  async function forgetSpooled(written: readonly Pick<Waiting, 'id'>[]): Promise<void> {
    if (spool === null) return;
    // One may be on its way there in this moment.
    await spooling;
    for (const { id } of written) {
      await spool
        .forget(id)
        .catch((error) => log.warn({ report: id, reason: String(error) }, 'a report stays on disk'));
    }
  }

  function putBack(batch: Waiting[]): void {
    queue = [...batch, ...queue];
    forgetOldest();
    spooling = spooling.then(keepOnDisk);
    if (closed || retry !== null || queue.length === 0) return;
    retry = setTimeout(() => {
      retry = null;
      write();
    }, retryMs);
    retry.unref();
  }

  function forgetOldest(): void {
    for (const kind of forgettable) {
      const over = queue.length - mostWaiting;
      if (over <= 0) return;
      let forgotten = 0;
      queue = queue.filter((report) => {
        if (report.kind !== kind || forgotten >= over) return true;
        forgotten += 1;
        return false;
      });
    }
  }

  /** What is on disk need not be in memory as well. */
  async function keepOnDisk(): Promise<void> {
    if (spool === null) return;
    for (const report of queue.filter(({ kind, payload }) => lasting.has(kind) && payload !== undefined)) {
      const { id, kind, payload } = report;
      try {
        await spool.keep({ id, kind, payload });
        report.payload = undefined;
      } catch (error) {
        log.error({ reason: String(error) }, 'reports cannot be kept on disk');
        return;
      }
    }
  }

  /** What a process before this one could not hand over. */
  async function recover(from: ReportSpool): Promise<void> {
    try {
      const ids = await from.list();
      if (ids.length > 0) log.info({ reports: ids.length }, 'reports are on disk from before');
      queue = [...ids.map((id) => ({ id, kind: 'counters', payload: undefined, answer: null })), ...queue];
      write();
    } catch (error) {
      log.error({ reason: String(error) }, 'the reports on disk cannot be read');
    }
  }

  function tellSightings(): void {
    for (const sighting of sightings.values()) tell('sighting', sighting);
    sightings.clear();
    sightingsOf.clear();
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
      if (known !== undefined) {
        known.count += 1;
        return;
      }
      const others = sightingsOf.get(serverId) ?? 0;
      if (others >= mostSightings) return;
      sightingsOf.set(serverId, others + 1);
      sightings.set(key, { server_id: serverId, address, day, count: 1 });
    },
    waiting: () => queue.length,
    close: async () => {
      clearInterval(sightingTimer);
      tellSightings();
      if (retry !== null) clearTimeout(retry);
      retry = null;
      closed = true;
      await writing;
      await spooling;
      for (let taken = true; taken && queue.length > 0; ) taken = await writeBatch(takeBatch());
      await spooling;
      const onDisk = queue.filter(({ payload }) => payload === undefined).length;
      if (onDisk > 0)
        log.warn({ reports: onDisk }, 'the database is away: reports wait on disk for the next start');
      // What a node enforces it says anew at its next start.
      const lost = queue.filter(({ kind, payload }) => payload !== undefined && kind !== 'enforced').length;
      if (lost > 0) log.error({ reports: lost }, 'reports are lost: the database is away');
      await atMost(writeTimeoutMs, pool.end());
    },
  };
}

/** Class 22 of SQLSTATE: what was said is the trouble, and will be. */
function isOfContent(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.code?.startsWith('22') === true;
}
