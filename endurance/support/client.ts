import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A client that waits for replies where it is told to and keeps all that it hears. */
export type Client = {
  readonly write: (octets: string) => void;
  /** The next whole reply, null once the server has hung up. */
  readonly reply: () => Promise<string | null>;
  readonly encrypt: () => Promise<boolean>;
  /** Says that nothing more follows, and resolves when the server has hung up as well. */
  readonly end: () => Promise<void>;
  /** Resolves when the server has hung up, or nothing was heard for a while: then the client leaves itself. */
  readonly closed: (quietMs: number) => Promise<void>;
  readonly reset: () => void;
  readonly heard: () => string;
};

export function openClient(port: number): Client {
  const plain = connectTcp({ port, host: '127.0.0.1', noDelay: true });
  let socket: Socket = plain;
  let heard = '';
  let read = 0;
  let over = false;
  let wake = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();

  function listen(): void {
    socket.on('data', (octets: Buffer) => {
      heard += octets.toString('latin1');
      notify();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      over = true;
      gone.resolve();
      notify();
    });
  }
  function notify(): void {
    wake.resolve();
    wake = Promise.withResolvers();
  }
  listen();

  function takeReply(): string | null {
    const match = /^(?:[0-9]{3}-[^\n]*\n)*[0-9]{3} [^\n]*\n/.exec(heard.slice(read));
    if (match === null) return null;
    read += match[0].length;
    return match[0];
  }

  return {
    write: (octets) => void (over || socket.write(Buffer.from(octets, 'latin1'))),
    reply: async () => {
      for (;;) {
        const reply = takeReply();
        if (reply !== null || over) return reply;
        await wake.promise;
      }
    },
    encrypt: async () => {
      plain.removeAllListeners('data');
      const encrypted = connectTls({ socket: plain, rejectUnauthorized: false });
      socket = encrypted;
      listen();
      return new Promise((resolve) => {
        encrypted.once('secureConnect', () => resolve(true));
        encrypted.once('close', () => {
          // A handshake that failed leaves the socket below it open.
          plain.destroy();
          resolve(false);
        });
      });
    },
    end: () => {
      socket.end();
      return gone.promise;
    },
    closed: (quietMs) => {
      socket.setTimeout(quietMs, () => socket.end());
      return gone.promise;
    },
    reset: () => plain.resetAndDestroy(),
    heard: () => heard,
  };
}

/** The line by which a client comes from an address, through the listener for proxies. */
export function proxyLine(address: string): string {
  return `PROXY TCP4 ${address} 192.0.2.25 40000 25\r\n`;
}
