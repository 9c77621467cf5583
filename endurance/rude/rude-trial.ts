import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { sendUntilAccepted } from '../kill/sender.ts';
import { proxyLine } from '../support/client.ts';
import { serveNextHop } from '../support/next-hop.ts';
import type { Memory } from '../support/node-process.ts';
import { listedAddress, onScene, type Scene, strangeAddress } from '../support/scene.ts';

// Clients that take a connection and say nothing, or an octet now and then, beside those who send mail.

const trickleMs = 1_000;
/** Sockets that are being opened at once: more would only fill the kernel's queue. */
const openingAtOnce = 100;
const trickled = 'EHLO a client with a long name that comes octet by octet\r\nNOOP and so on\r\n';

export type RudeOptions = { rude: number; honest: number; messagesEach: number };

export type RudeOutcome = {
  idle: number;
  trickling: number;
  honest: number;
  messages: number;
  slowestMessageMs: number;
  medianMessageMs: number;
  heapKiBEach: number;
  rssKiBEach: number;
  /** rude sockets that the node has ended meanwhile */
  ended: number;
};

/** @throws Error where an honest client does not get its messages through */
export function rudeTrial(databaseUrl: string, options: RudeOptions): Promise<RudeOutcome> {
  return onScene({ databaseUrl, nextHop: () => serveNextHop({ take: () => {} }) }, (scene) =>
    trial(scene, options),
  );
}

async function trial(scene: Scene, { rude, honest, messagesEach }: RudeOptions): Promise<RudeOutcome> {
  const { node } = scene;
  // A first message, so that what is made once is not counted as theirs.
  await sendUntilAccepted(node.ports.proxy, listedAddress(0), 0, 'x');
  const before = await node.memory();
  const sockets: Socket[] = [];
  let ended = 0;
  for (let from = 0; from < rude; from += openingAtOnce) {
    const some = Array.from({ length: Math.min(openingAtOnce, rude - from) }, (_, index) =>
      openRude(node.ports.proxy, from + index, () => {
        ended += 1;
      }),
    );
    sockets.push(...(await Promise.all(some)));
  }
  const after = await node.memory();
  const trickle = startTrickle(sockets.filter((_, index) => index % 2 === 1));
  const times: number[] = [];
  try {
    const work = async (sender: number) => {
      for (let message = 0; message < messagesEach; message += 1) {
        const since = performance.now();
        const address = listedAddress(1_000_000 + sender);
        const { tries } = await sendUntilAccepted(
          node.ports.proxy,
          address,
          message,
          'hello\r\n'.repeat(500),
        );
        if (tries > 1) throw new Error(`an honest client had to try ${tries} times`);
        times.push(performance.now() - since);
      }
    };
    await Promise.all(Array.from({ length: honest }, (_, sender) => work(sender)));
  } finally {
    clearInterval(trickle);
    for (const socket of sockets) socket.destroy();
  }
  const problem = node.endedBy();
  if (problem !== null) throw new Error(problem);
  times.sort((one, other) => one - other);
  const each = (of: keyof Memory) => Math.round((after[of] - before[of]) / rude / 102.4) / 10;
  return {
    idle: Math.ceil(rude / 2),
    trickling: Math.floor(rude / 2),
    honest,
    messages: times.length,
    slowestMessageMs: Math.round(times.at(-1) ?? 0),
    medianMessageMs: Math.round(times[Math.floor(times.length / 2)] ?? 0),
    heapKiBEach: each('heapUsed'),
    rssKiBEach: each('rss'),
    ended,
  };
}

/** Connects, hears the banner, and leaves it at that. Half of them are whitelisted. */
function openRude(port: number, number: number, ended: () => void): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.write(proxyLine(number % 4 < 2 ? listedAddress(number) : strangeAddress(number)));
  socket.on('error', () => {});
  return new Promise((resolve, reject) => {
    socket.once('data', () => {
      socket.on('close', ended);
      socket.resume();
      resolve(socket);
    });
    socket.once('close', () => reject(new Error('no banner for one of many sockets')));
  });
}

function startTrickle(sockets: readonly Socket[]): NodeJS.Timeout {
  let at = 0;
  return setInterval(() => {
    const octet = trickled[at % trickled.length] ?? '';
    at += 1;
    for (const socket of sockets) if (socket.writable) socket.write(octet);
  }, trickleMs);
}
