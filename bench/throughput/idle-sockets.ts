import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Gateway } from './gateway.ts';
import { residentOctets } from './process.ts';
import type { Sample } from './report.ts';

export const idleSockets = 5_000;
/** No client address has more than this many, so nobody's limit for one client is reached. */
const ofOneAddress = 100;
const atOnce = 100;
const settleMs = 500;
const greetingMs = 30_000;

/** Memory that a gateway takes for each connection that has been greeted and then says nothing. */
export async function memoryOfIdleSockets(gateways: readonly Gateway[]): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const { name, port, pid, only } of gateways) {
    if (only !== undefined || name === 'Postfix' || name.startsWith('HAProxy')) continue;
    const sockets: Socket[] = [];
    const before = residentOctets(pid);
    try {
      for (let count = 0; count < idleSockets; count += atOnce) {
        const opened = Array.from({ length: atOnce }, (_, index) => open(port, count + index));
        sockets.push(...opened.map(({ socket }) => socket));
        await Promise.all(opened.map(({ greeted }) => greeted));
      }
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      const octetsEach = (residentOctets(pid) - before) / idleSockets;
      samples.push({ measure: 'idle', gateway: name, perSecond: null, cpu: null, octetsEach });
    } catch (error) {
      console.error(`${name} did not hold ${idleSockets} sockets: ${(error as Error).message}`);
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, settleMs));
    }
  }
  return samples;
}

function open(port: number, number: number): { socket: Socket; greeted: Promise<void> } {
  const client = Math.floor(number / ofOneAddress);
  const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.1.${client + 1}` });
  socket.on('error', () => {});
  return { socket, greeted: greet(socket) };
}

async function greet(socket: Socket): Promise<void> {
  const signal = AbortSignal.timeout(greetingMs);
  await once(socket, 'data', { signal });
  socket.write('EHLO device.bench.example\r\n');
  await once(socket, 'data', { signal });
}
