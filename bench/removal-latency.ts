import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { constants, getPriority, setPriority } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import { requireProgram } from '../bin/find-program.ts';
import { type Node, onScene, type Scene } from './scene.ts';

// How long a removal takes to be enforced: from the moment COMMIT is sent until every node has said 421 in a session
// that rested on the entry. Each removal is one transaction, some time after the one before as removals come, on a
// database that is otherwise idle and on one that pgbench keeps busy. Beside it what it cannot be faster than: NOTIFY
// alone, to as many listeners, and a COMMIT that nobody listens to, which waits for the disk.

const REMOVALS = 200;
const NODES = 10;
/** Between removals, and as much again at most, so that they fall nowhere in particular. */
const PAUSE_MS = 50;
const DEADLINE_MS = 60_000;
const PGBENCH_SCALE = 5;
const PGBENCH_CLIENTS = 4;
/** It is ended before. */
const PGBENCH_SECONDS = 600;

export type RemovalRow = {
  database: 'idle' | 'pgbench';
  what: 'COMMIT to 421' | 'NOTIFY alone' | 'COMMIT alone';
  nodes: number;
  times: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
};

export function benchRemovalLatency(): Promise<RemovalRow[]> {
  return onScene(async (scene) => {
    const running: Node[] = [];
    for (let number = 0; number < NODES; number += 1) {
      // As many nodes as this stand on machines of their own: one thread each is more than enough here.
      running.push(await scene.startNode({ settings: { SMTP_THREADS: '1' } }));
    }
    const rows: RemovalRow[] = [];
    for (const database of ['idle', 'pgbench'] as const) {
      const first = database === 'idle' ? 0 : REMOVALS;
      const load = database === 'pgbench' ? await startPgbench(scene.databaseUrl) : null;
      try {
        const notify = await timeNotify(scene.databaseUrl, NODES, REMOVALS);
        rows.push(rowOf({ database, what: 'NOTIFY alone', nodes: NODES }, notify));
        const committing = await timeCommits(scene.databaseUrl, REMOVALS);
        rows.push(rowOf({ database, what: 'COMMIT alone', nodes: 0 }, committing));
        const removing = await timeRemovals(scene, running, first, REMOVALS);
        rows.push(rowOf({ database, what: 'COMMIT to 421', nodes: NODES }, removing));
      } finally {
        await load?.stop();
      }
    }
    return rows;
  });
}

async function timeRemovals(
  scene: Scene,
  nodes: readonly Node[],
  first: number,
  removals: number,
): Promise<number[]> {
  const ids = await seedEntries(scene, first, removals);
  for (const node of nodes) await inForce(node, addressOf(first + removals - 1));
  const sessions = await openSessions(nodes, first, removals);
  const times: number[] = [];
  const { collectGarbage, giveUp } = comeFirst();
  for (const [index, id] of ids.entries()) {
    for (const socket of sessions[index - 1] ?? []) socket.destroy();
    collectGarbage();
    await pause();
    const heard = Promise.all((sessions[index] ?? []).map((socket) => heard421(socket)));
    await scene.client.query('begin');
    await scene.client.query(
      `update entries set status = 'removed', ended_at = now(), end_cause = 'staff' where id = $1`,
      [id],
    );
    const since = performance.now();
    await scene.client.query('commit');
    await within(heard, `421 after removal ${index}`);
    times.push(performance.now() - since);
  }
  giveUp();
  for (const node of nodes) {
    for (let index = first; index < first + removals; index += 25) {
      const { socket, rcpt } = await transaction(node.proxyPort, addressOf(index));
      if (!rcpt.startsWith('530 5.7.0')) throw new Error(`let in again: ${rcpt}`);
      socket.destroy();
    }
  }
  return times;
}

/**
 * The clients are elsewhere and hear what they are told when it is said: this process goes before the nodes that it shares
 * the machine with. It hangs up and collects its garbage between removals.
 */
function comeFirst(): { collectGarbage: () => void; giveUp: () => void } {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const before = getPriority();
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Only root may.
  }
  return { collectGarbage, giveUp: () => setPriority(before) };
}

/** As removals come: at no particular moment. */
function pause(): Promise<void> {
  return delay(PAUSE_MS * (1 + Math.random()));
}

/** Of one row that nobody hears of, until it is on disk. */
async function timeCommits(databaseUrl: string, times: number): Promise<number[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  try {
    await client.connect();
    await client.query('create table if not exists bench_commits (number integer)');
    const taken: number[] = [];
    for (let number = 0; number < times; number += 1) {
      await pause();
      await client.query('begin');
      await client.query('insert into bench_commits values ($1)', [number]);
      const since = performance.now();
      await client.query('commit');
      taken.push(performance.now() - since);
    }
    return taken;
  } finally {
    await client.end();
  }
}

/** From the statement until each of so many listeners has heard. */
async function timeNotify(databaseUrl: string, listeners: number, times: number): Promise<number[]> {
  const clients = Array.from(
    { length: listeners + 1 },
    () => new pg.Client({ connectionString: databaseUrl }),
  );
  const [sender, ...listening] = clients as [pg.Client, ...pg.Client[]];
  try {
    for (const client of clients) await client.connect();
    for (const client of listening) await client.query('listen bench_nudge');
    const taken: number[] = [];
    for (let number = 0; number < times; number += 1) {
      await pause();
      const heard = Promise.all(listening.map((client) => once(client, 'notification')));
      const since = performance.now();
      await sender.query('notify bench_nudge');
      await within(heard, 'a notification');
      taken.push(performance.now() - since);
    }
    return taken;
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** Its usual transactions, in a database of their own on the same server. */
async function startPgbench(databaseUrl: string): Promise<{ stop: () => Promise<void> }> {
  const program = path.join(path.dirname(await requireProgram('postgres')), 'pgbench');
  const admin = new pg.Client({ connectionString: databaseUrl });
  await admin.connect();
  await admin.query('create database pgbench');
  await admin.end();
  const url = new URL(databaseUrl);
  url.pathname = '/pgbench';
  const args = ['-i', '-q', '-s', String(PGBENCH_SCALE), url.href];
  await promisify(execFile)(program, args);
  const load = ['-c', String(PGBENCH_CLIENTS), '-T', String(PGBENCH_SECONDS), '-n', url.href];
  const child = spawn(program, load, { stdio: 'ignore' });
  return {
    stop: async () => {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGINT');
      await gone;
    },
  };
}

function rowOf(what: Pick<RemovalRow, 'database' | 'what' | 'nodes'>, times: number[]): RemovalRow {
  times.sort((one, other) => one - other);
  const at = (share: number) => {
    const time = times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)] ?? 0;
    return Math.round(time * 10) / 10;
  };
  return { ...what, times: times.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

function addressOf(index: number): string {
  return `45.100.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}

async function seedEntries(
  { client, accountId, serverId }: Scene,
  first: number,
  count: number,
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated, activated_at)
     select $1, $2, network::cidr, 'active', 'bench', true, true, now()
     from unnest($3::text[]) with ordinality as wanted (network, position) order by position returning id`,
    [accountId, serverId, Array.from({ length: count }, (_, index) => addressOf(first + index))],
  );
  return rows.map((row) => row.id);
}

/** Waits until the node knows of the address. */
async function inForce(node: Node, address: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < DEADLINE_MS; waitedMs += PAUSE_MS) {
    const { socket, rcpt } = await transaction(node.proxyPort, address);
    socket.destroy();
    if (rcpt.startsWith('250')) return;
    await delay(PAUSE_MS);
  }
  throw new Error(`${address} is not in force on every node`);
}

/** For each address one session on each node, with a recipient accepted: it rests on the entry. */
async function openSessions(nodes: readonly Node[], first: number, count: number): Promise<Socket[][]> {
  const sessions: Socket[][] = [];
  for (let index = first; index < first + count; index += 1) {
    const opened = await Promise.all(nodes.map((node) => transaction(node.proxyPort, addressOf(index))));
    for (const { rcpt } of opened) if (!rcpt.startsWith('250')) throw new Error(`not in force: ${rcpt}`);
    sessions.push(opened.map(({ socket }) => socket));
  }
  return sessions;
}

async function transaction(proxyPort: number, address: string): Promise<{ socket: Socket; rcpt: string }> {
  const socket = connect({ host: '127.0.0.1', port: proxyPort, noDelay: true, allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(`PROXY TCP4 ${address} 127.0.0.1 40000 25\r\n`);
  await reply(socket);
  await say(socket, 'EHLO bench');
  await say(socket, 'MAIL FROM:<a@bench.example>');
  return { socket, rcpt: await say(socket, 'RCPT TO:<b@elsewhere.example>') };
}

function say(socket: Socket, line: string): Promise<string> {
  socket.write(`${line}\r\n`);
  return reply(socket);
}

function reply(socket: Socket): Promise<string> {
  return within(
    new Promise((resolve, reject) => {
      let text = '';
      const onData = (chunk: Buffer) => {
        text += chunk.toString('latin1');
        if (!/(^|\n)\d{3} [^\n]*\n$/.test(text)) return;
        socket.off('data', onData);
        resolve(text.trim().split('\n').at(-1) ?? '');
      };
      socket.on('data', onData);
      socket.once('close', () => reject(new Error('closed')));
    }),
    'a reply',
  );
}

function heard421(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      if (chunk.toString('latin1').includes('421 ')) resolve();
    });
  });
}

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come in time`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.table(await benchRemovalLatency());
