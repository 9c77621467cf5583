import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { newBodyScan, scanBody } from '../session/scan-body.ts';

/** A next hop as a test wants it: every octet is looked at, every answer can be set, and it can die at any moment. */
export type Sink = {
  readonly port: number;
  readonly url: string;
  readonly messages: SinkMessage[];
  /** Command lines of all connections in the order in which they came. */
  readonly commands: string[];
  /** Those behind which something stood already when they were read, before their reply. */
  readonly pipelined: string[];
  /** Gives the reply to a command line, the dot (`.`), or null for the usual one; a promise makes it wait. */
  answer: (line: string) => string | null | Promise<string>;
  extensions: string[];
  /** The banner; one that is not 220 ends the connection. */
  greet: (open: number) => string;
  connections: number;
  /** most connections at one time */
  mostOpen: number;
  /** Resolves with the next message that is whole. */
  readonly nextMessage: () => Promise<SinkMessage>;
  /** Resolves when a command line that matches has come (or comes). */
  readonly seen: (pattern: RegExp) => Promise<string>;
  /** Resolves when the next one comes, whatever came before. */
  readonly upcoming: (pattern: RegExp) => Promise<string>;
  /** connections that are open now */
  readonly open: () => number;
  /** Resolves when the next one ends. */
  readonly closed: () => Promise<void>;
  readonly dropAll: () => void;
  readonly close: () => Promise<void>;
};

export type SinkMessage = { from: string; to: string[]; raw: string };

const usual: readonly [RegExp, string][] = [
  [/^HELO/i, '250 sink'],
  [/^MAIL/i, '250 2.1.0 Ok'],
  [/^RCPT/i, '250 2.1.5 Ok'],
  [/^DATA/i, '354 Go on'],
  [/^RSET/i, '250 2.0.0 Ok'],
  [/^QUIT/i, '221 2.0.0 Bye'],
  [/^XFORWARD/i, '250 2.0.0 Ok'],
  [/^\.$/, '250 2.0.0 Ok: queued'],
];

export type SinkOptions = {
  port?: number;
  /** What STARTTLS needs; offered where it is given. */
  tls?: { key: Buffer; cert: Buffer };
};

export async function openSink({ port: wantedPort = 0, tls }: SinkOptions = {}): Promise<Sink> {
  const sockets = new Set<Socket>();
  let messageWaiters: ((message: SinkMessage) => void)[] = [];
  const closeWaiters: (() => void)[] = [];
  let lineWaiters: { pattern: RegExp; found: (line: string) => void }[] = [];
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    sink.connections += 1;
    sink.mostOpen = Math.max(sink.mostOpen, sockets.size);
    socket.setNoDelay(true);
    socket.on('close', () => {
      sockets.delete(socket);
      for (const tell of closeWaiters.splice(0)) tell();
    });
    socket.on('error', () => {});
    const banner = sink.greet(sockets.size);
    socket.write(`${banner}\r\n`);
    if (banner.startsWith('220')) converse(socket, sink.extensions);
    else socket.end();
  });
  await new Promise<void>((resolve) => server.listen(wantedPort, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };

  const sink: Sink = {
    port,
    url: `smtp://127.0.0.1:${port}`,
    messages: [],
    commands: [],
    pipelined: [],
    answer: () => null,
    extensions: ['PIPELINING', 'SIZE 50000000', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES'],
    greet: () => '220 sink ESMTP',
    connections: 0,
    mostOpen: 0,
    nextMessage: () => new Promise((resolve) => messageWaiters.push(resolve)),
    seen: (pattern) => {
      const known = sink.commands.find((line) => pattern.test(line));
      if (known !== undefined) return Promise.resolve(known);
      return sink.upcoming(pattern);
    },
    upcoming: (pattern) => new Promise((found) => lineWaiters.push({ pattern, found })),
    open: () => sockets.size,
    closed: () => new Promise((resolve) => closeWaiters.push(resolve)),
    dropAll: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function note(line: string): void {
    sink.commands.push(line);
    for (const { found } of lineWaiters.filter(({ pattern }) => pattern.test(line))) found(line);
    lineWaiters = lineWaiters.filter(({ pattern }) => !pattern.test(line));
  }

  function converse(socket: Socket, extensions: readonly string[]): void {
    let rest = Buffer.alloc(0);
    let body: Buffer[] | null = null;
    let scan = newBodyScan();
    let from = '';
    let to: string[] = [];
    let working = Promise.resolve();
    socket.on('data', (octets) => {
      rest = Buffer.concat([rest, octets]);
      working = working.then(() => work());
    });

    async function work(): Promise<void> {
      for (;;) {
        if (body !== null) {
          if (!(await takeBody())) return;
          continue;
        }
        const end = rest.indexOf('\r\n');
        if (end < 0) return;
        const line = rest.toString('utf8', 0, end);
        rest = rest.subarray(end + 2);
        note(line);
        if (rest.length > 0) sink.pipelined.push(line);
        await reply(line);
      }
    }

    /** A strict reader: what it would refuse must never have been handed on. */
    async function takeBody(): Promise<boolean> {
      const status = scanBody(scan, rest, 0);
      if (status === 'bad') {
        note(`BAD BODY ${scan.problem}`);
        socket.destroy();
        return false;
      }
      body?.push(rest.subarray(0, scan.judgedTo));
      rest = rest.subarray(scan.judgedTo);
      if (status === 'more') return false;
      const message = { from, to, raw: Buffer.concat(body ?? []).toString('latin1') };
      body = null;
      note('.');
      const said = await reply('.');
      if (said.startsWith('2')) {
        sink.messages.push(message);
        for (const waiter of messageWaiters) waiter(message);
        messageWaiters = [];
      }
      return true;
    }

    function encrypt(): void {
      socket.removeAllListeners('data');
      const encrypted = new TLSSocket(socket, { isServer: true, ...tls });
      encrypted.on('error', () => encrypted.destroy());
      note('TLS');
      // A second STARTTLS would be a mistake of the other side.
      converse(
        encrypted,
        extensions.filter((each) => each !== 'STARTTLS'),
      );
    }

    async function reply(line: string): Promise<string> {
      const given = await sink.answer(line);
      const text = given ?? usualReply(line, extensions);
      if (text.startsWith('250') && /^MAIL/i.test(line)) {
        from = line;
        to = [];
      }
      if (text.startsWith('250') && /^RCPT/i.test(line)) to.push(line);
      if (text.startsWith('354')) {
        body = [];
        scan = newBodyScan();
      }
      if (!socket.destroyed) socket.write(`${text}\r\n`);
      if (/^QUIT/i.test(line)) socket.end();
      if (/^STARTTLS/i.test(line) && text.startsWith('220')) encrypt();
      return text;
    }
  }

  function usualReply(line: string, extensions: readonly string[]): string {
    if (/^STARTTLS/i.test(line)) return tls === undefined ? '502 5.5.1 no' : '220 2.0.0 Go ahead';
    if (/^EHLO/i.test(line)) {
      const lines = ['sink', ...extensions];
      return lines.map((each, index) => `250${index === lines.length - 1 ? ' ' : '-'}${each}`).join('\r\n');
    }
    return usual.find(([pattern]) => pattern.test(line))?.[1] ?? '500 5.5.2 What?';
  }

  return sink;
}
