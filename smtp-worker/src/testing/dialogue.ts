import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/**
 * A client that speaks to the node over a real socket, says what it is told and keeps the whole conversation. Whatever
 * does not come within the deadline fails the test with that conversation.
 */
export type Dialogue = {
  /** Sends octets as they are (latin1). */
  readonly send: (text: string | Buffer) => void;
  /** The next whole reply, its lines joined by `\n`. */
  readonly reply: () => Promise<string>;
  /** Sends one line and gives its reply. */
  readonly say: (line: string) => Promise<string>;
  /** Reads a reply and fails unless it begins so. */
  readonly expect: (start: string) => Promise<string>;
  /** Everything that is said until the other side hangs up. */
  readonly rest: () => Promise<string>;
  /** What has been said and not been read yet. */
  readonly unread: () => string;
  /** The handshake after STARTTLS was answered. */
  readonly encrypt: () => Promise<void>;
  readonly reset: () => void;
  readonly close: () => void;
  readonly transcript: () => string;
  readonly localPort: () => number;
};

const deadlineMs = 10_000;

export type DialogueOptions = { port: number; host?: string; tls?: boolean; localAddress?: string };

export async function openDialogue({
  port,
  host = '127.0.0.1',
  tls = false,
  localAddress,
}: DialogueOptions): Promise<Dialogue> {
  const tcp = connectTcp({ port, host, noDelay: true, localAddress });
  let socket: Socket = tls ? connectTls({ socket: tcp, rejectUnauthorized: false }) : tcp;
  let buffer = '';
  let ended = false;
  let lines: string[] = [];
  let wake = Promise.withResolvers<void>();
  const log: string[] = [];

  function listen(): void {
    socket.on('data', (octets) => {
      buffer += octets.toString('latin1');
      notify();
    });
    socket.on('error', (error) => log.push(`! ${error.message}`));
    socket.on('end', end);
    socket.on('close', end);
  }

  function end(): void {
    ended = true;
    notify();
  }

  function notify(): void {
    wake.resolve();
    wake = Promise.withResolvers();
  }

  async function until<Value>(what: string, look: () => Value | undefined): Promise<Value> {
    const timer = Promise.withResolvers<'late'>();
    const timeout = setTimeout(timer.resolve, deadlineMs, 'late');
    try {
      for (;;) {
        const found = look();
        if (found !== undefined) return found;
        if (ended) throw new Error(`hung up instead of ${what}\n${transcript()}`);
        if ((await Promise.race([wake.promise, timer.promise])) === 'late') {
          throw new Error(`no ${what} within ${deadlineMs} ms\n${transcript()}`);
        }
      }
    } finally {
      clearTimeout(timeout);
    }
  }

  const transcript = () => [...log, buffer === '' ? '' : `S (rest) ${JSON.stringify(buffer)}`].join('\n');

  function takeReply(): string | undefined {
    for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      log.push(`S ${line}`);
      lines.push(line);
      if (line[3] === '-') continue;
      const reply = lines.join('\n');
      lines = [];
      return reply;
    }
    return undefined;
  }

  function send(text: string | Buffer): void {
    const octets = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
    log.push(`C ${JSON.stringify(octets.subarray(0, 300).toString('latin1'))}`);
    socket.write(octets);
  }

  const dialogue: Dialogue = {
    send,
    reply: () => until('reply', takeReply),
    say: (line) => {
      send(`${line}\r\n`);
      return dialogue.reply();
    },
    expect: async (start) => {
      const reply = await dialogue.reply();
      if (!reply.startsWith(start)) throw new Error(`expected ${start}\n${transcript()}`);
      return reply;
    },
    rest: async () => {
      await until('end of the connection', () => (ended ? true : undefined));
      log.push(`S ${JSON.stringify(buffer)}`);
      const text = buffer;
      buffer = '';
      return text;
    },
    unread: () => buffer,
    encrypt: async () => {
      const plain = socket;
      plain.removeAllListeners();
      const secured = Promise.withResolvers<void>();
      const encrypted = connectTls({ socket: plain, rejectUnauthorized: false }, secured.resolve);
      encrypted.once('error', secured.reject);
      socket = encrypted;
      listen();
      await secured.promise;
    },
    reset: () => socket.resetAndDestroy(),
    close: () => socket.destroy(),
    transcript,
    localPort: () => socket.localPort ?? 0,
  };

  listen();
  await new Promise<void>((resolve, reject) => {
    socket.once(tls ? 'secureConnect' : 'connect', resolve);
    socket.once('error', reject);
  });
  return dialogue;
}
