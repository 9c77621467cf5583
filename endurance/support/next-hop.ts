import { createServer, type Server, type Socket } from 'node:net';

// A next hop that knows nothing of Postern: it reads SMTP as RFC 5321 has it and keeps what it is given.

export type TakenMessage = {
  readonly from: string;
  readonly to: readonly string[];
  /** latin1, as it came over the wire, dot line included */
  readonly octets: string;
};

export type NextHop = {
  readonly port: number;
  readonly close: () => Promise<void>;
};

export type NextHopOptions = {
  port?: number;
  /** Resolves once the message is kept; only then its dot is answered. */
  take: (message: TakenMessage) => Promise<void> | void;
};

const greeting = ['250-sink', '250-PIPELINING', '250-SIZE 50000000', '250-8BITMIME', '250 SMTPUTF8'].join(
  '\r\n',
);
const dotLine = Buffer.from('\r\n.\r\n');

export async function serveNextHop({ port = 0, take }: NextHopOptions): Promise<NextHop> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    converse(socket, take);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as { port: number }).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function converse(socket: Socket, take: NextHopOptions['take']): void {
  let rest: Buffer = Buffer.alloc(0);
  let inBody = false;
  let from = '';
  let to: string[] = [];
  let working = false;
  const say = (line: string) => void (socket.destroyed || socket.write(`${line}\r\n`));
  say('220 sink ESMTP');
  socket.on('data', (octets: Buffer) => {
    rest = rest.length === 0 ? octets : Buffer.concat([rest, octets]);
    if (!working) work();
  });

  async function work(): Promise<void> {
    working = true;
    while (inBody ? await takeBody() : takeCommand());
    working = false;
  }

  async function takeBody(): Promise<boolean> {
    const end = rest.indexOf(dotLine);
    if (end < 0) return false;
    const octets = rest.toString('latin1', 0, end + dotLine.length);
    rest = rest.subarray(end + dotLine.length);
    inBody = false;
    await take({ from, to, octets });
    say('250 2.0.0 Ok: kept');
    return true;
  }

  function takeCommand(): boolean {
    const end = rest.indexOf('\r\n');
    if (end < 0) return false;
    const line = rest.toString('latin1', 0, end);
    rest = rest.subarray(end + 2);
    if (/^(?:EHLO|HELO) /.test(line)) say(greeting);
    else if (/^MAIL FROM:<.*>/.test(line)) {
      from = /<(.*)>/.exec(line)?.[1] ?? '';
      to = [];
      say('250 2.1.0 Ok');
    } else if (/^RCPT TO:<.*>$/.test(line)) {
      to.push(line.slice('RCPT TO:<'.length, -1));
      say('250 2.1.5 Ok');
    } else if (line === 'DATA') {
      inBody = true;
      say('354 Go on');
    } else if (line === 'RSET') {
      to = [];
      say('250 2.0.0 Ok');
    } else if (line === 'QUIT') socket.end('221 2.0.0 Bye\r\n');
    else say('500 5.5.2 What?');
    return true;
  }
}
