import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';

const DEADLINE_MS = 20_000;

/** A plain SMTP client that shows every reply. It speaks from any address by a PROXY header. */
export type SmtpClient = {
  /** Sends a line (or several) and gives the whole reply: its code and text. */
  say: (line: string) => Promise<string>;
  /** The next reply without saying anything: the banner, or a 421. */
  hear: () => Promise<string>;
  /** Whether the server has ended the connection. */
  ended: () => Promise<void>;
  close: () => void;
};

export async function connectFrom(address: string, proxyPort: number): Promise<SmtpClient> {
  const socket = connect({ host: '127.0.0.1', port: proxyPort, noDelay: true });
  await once(socket, 'connect');
  const family = address.includes(':') ? 'TCP6' : 'TCP4';
  const own = family === 'TCP6' ? '2a01:db9::25' : '45.79.1.1';
  socket.write(`PROXY ${family} ${address} ${own} 40000 25\r\n`);
  return client(socket);
}

function client(socket: Socket): SmtpClient {
  socket.on('error', () => {});
  const lines = createInterface({ input: socket });
  const read = replies(lines);
  const hear = () => within(read(), 'a reply');
  return {
    hear,
    say: (line) => {
      socket.write(`${line}\r\n`);
      return hear();
    },
    ended: async () => {
      if (!socket.closed) await within(once(socket, 'close'), 'the end of the connection');
    },
    close: () => socket.destroy(),
  };
}

/** Lines come in as they like; a reply ends with the first one that has no hyphen after its code. */
function replies(lines: Interface): () => Promise<string> {
  const waiting: ((line: string | null) => void)[] = [];
  const arrived: string[] = [];
  let over = false;
  lines.on('line', (line) => {
    const next = waiting.shift();
    if (next) next(line);
    else arrived.push(line);
  });
  // Whoever goes on talking hears the same every time.
  lines.on('close', () => {
    over = true;
    for (const next of waiting.splice(0)) next(null);
  });
  const line = () =>
    arrived.length > 0 || over
      ? Promise.resolve(arrived.shift() ?? null)
      : new Promise<string | null>((resolve) => waiting.push(resolve));
  return async () => {
    const reply: string[] = [];
    for (;;) {
      const next = await line();
      if (next === null) return reply.join('\n') || 'closed';
      reply.push(next);
      if (next[3] !== '-') return reply.join('\n');
    }
  };
}

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export type Message = { from: string; to: string; headerFrom?: string; subject?: string; extra?: string[] };

/** Hands in one message and gives the replies to MAIL, RCPT and the dot (or the first that refused). */
export async function send(
  address: string,
  proxyPort: number,
  message: Message,
): Promise<{ rcpt: string; end: string | null }> {
  const smtp = await connectFrom(address, proxyPort);
  try {
    await smtp.hear();
    await smtp.say('EHLO scanner.local');
    await smtp.say(`MAIL FROM:<${message.from}>`);
    const rcpt = await smtp.say(`RCPT TO:<${message.to}>`);
    if (!rcpt.startsWith('250')) return { rcpt, end: null };
    const data = await smtp.say('DATA');
    if (!data.startsWith('354')) return { rcpt, end: data };
    const text = [
      `From: ${message.headerFrom ?? message.from}`,
      `To: ${message.to}`,
      `Subject: ${message.subject ?? 'Scan'}`,
      ...(message.extra ?? []),
      '',
      'A page.',
      '.',
    ];
    return { rcpt, end: await smtp.say(text.join('\r\n')) };
  } finally {
    smtp.close();
  }
}
