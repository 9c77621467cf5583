import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { type Node, onScene, type Scene } from './scene.ts';

// How long a removal takes to be enforced: from the moment the statement is sent until every node has said 421 in a
// session that rested on the entry. Each removal is one commit, on a database that is otherwise idle.

const REMOVALS = 500;
const NODES = 3;
const DEADLINE_MS = 60_000;

export type RemovalRow = {
  nodes: number;
  removals: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  refusedAfter: number;
};

export function benchRemovalLatency(nodes: number = NODES, removals: number = REMOVALS): Promise<RemovalRow> {
  return onScene(async (scene) => {
    const { client } = scene;
    const ids = await seedEntries(scene, removals);
    const running: Node[] = [];
    for (let number = 0; number < nodes; number += 1) running.push(await scene.startNode());
    const sessions = await openSessions(running, removals);
    const times: number[] = [];
    for (const [index, id] of ids.entries()) {
      const resting = sessions[index] ?? [];
      const heard = Promise.all(resting.map((socket) => heard421(socket)));
      const since = performance.now();
      await client.query(
        `update entries set status = 'removed', ended_at = now(), end_cause = 'staff' where id = $1`,
        [id],
      );
      await within(heard, `421 after removal ${index}`);
      times.push(performance.now() - since);
    }
    let refusedAfter = 0;
    for (const node of running) {
      for (let index = 0; index < removals; index += 25) {
        const { socket, rcpt } = await transaction(node.proxyPort, addressOf(index));
        if (rcpt.startsWith('530 5.7.0')) refusedAfter += 1;
        socket.destroy();
      }
    }
    times.sort((one, other) => one - other);
    const at = (share: number) => times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)] ?? 0;
    return { nodes, removals, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), refusedAfter };
  });
}

function addressOf(index: number): string {
  return `45.100.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}

async function seedEntries({ client, accountId, serverId }: Scene, count: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated, activated_at)
     select $1, $2, network::cidr, 'active', 'bench', true, true, now()
     from unnest($3::text[]) with ordinality as wanted (network, position) order by position returning id`,
    [accountId, serverId, Array.from({ length: count }, (_, index) => addressOf(index))],
  );
  return rows.map((row) => row.id);
}

/** For each address one session on each node, with a recipient accepted: it rests on the entry. */
async function openSessions(nodes: readonly Node[], count: number): Promise<Socket[][]> {
  const sessions: Socket[][] = [];
  for (let index = 0; index < count; index += 1) {
    const opened = await Promise.all(nodes.map((node) => transaction(node.proxyPort, addressOf(index))));
    for (const { rcpt } of opened) if (!rcpt.startsWith('250')) throw new Error(`not in force: ${rcpt}`);
    sessions.push(opened.map(({ socket }) => socket));
  }
  return sessions;
}

async function transaction(proxyPort: number, address: string): Promise<{ socket: Socket; rcpt: string }> {
  const socket = connect({ host: '127.0.0.1', port: proxyPort, noDelay: true });
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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  console.table([await benchRemovalLatency()]);
