import { connect, createServer, type Socket } from 'node:net';

/** A way to a database that can be shut: connections through it end at once, and new ones find nobody. */
export type Gate = {
  /** the database's address, by way of the gate */
  readonly url: string;
  readonly shut: () => void;
  readonly reopen: () => void;
  /** No answer comes through any more on the connections there are, and nobody is told; new ones are as ever. */
  readonly fallSilent: () => void;
  /** What was held back comes through. */
  readonly speakAgain: () => void;
  /** New connections go to another server. */
  readonly leadTo: (databaseUrl: string) => void;
  readonly close: () => Promise<void>;
};

export async function openGate(databaseUrl: string): Promise<Gate> {
  let target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const answering = new Set<Socket>();
  let isShut = false;
  const server = createServer((socket) => {
    if (isShut) return socket.resetAndDestroy();
    const through = connect({ host: target.hostname, port: Number(target.port || 5432) });
    answering.add(through);
    for (const [one, other] of [
      [socket, through],
      [through, socket],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        answering.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  const shut = () => {
    isShut = true;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: url.href,
    shut,
    reopen: () => {
      isShut = false;
    },
    fallSilent: () => {
      for (const socket of answering) socket.pause();
    },
    speakAgain: () => {
      for (const socket of answering) socket.resume();
    },
    leadTo: (other) => {
      target = new URL(other);
    },
    close: async () => {
      shut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
