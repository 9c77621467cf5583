import { isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isThisMachine } from '../../../lib/domain/unverified-password.ts';
import type { Dial, HopSocket } from './dial.ts';
import type { NextHop } from './next-hop-url.ts';
import { newReplyReader, type Reply, readReplies } from './reply-reader.ts';

/** What a next hop has said it can do. */
export type Abilities = {
  readonly pipelining: boolean;
  readonly size: boolean;
  readonly eightBit: boolean;
  readonly utf8: boolean;
  /** attributes, in upper case */
  readonly xforward: ReadonlySet<string>;
};

/** One connection to a next hop, greeted and signed in. */
export type NextHopConnection = {
  readonly hop: NextHop;
  readonly abilities: () => Abilities;
  /**
   * Sends a command line; with PIPELINING at once, else when the replies before it are there. What is asked in one
   * turn of the event loop goes out in one write.
   */
  readonly command: (line: string, answered: (reply: Reply) => void) => void;
  /**
   * Octets of a body: small pieces are gathered, and go out together with what follows, or after a moment.
   * @returns false: wait for `drained`
   */
  readonly write: (octets: Buffer) => boolean;
  /** The last octets of a body, and who is told what was said to its dot. */
  readonly finish: (octets: Buffer, answered: (reply: Reply) => void) => void;
  readonly uses: () => number;
  /** It has taken a message, or at least the MAIL of one. */
  tookMail: boolean;
  /** Whose messages go through it now: told of drains, and of the end, after which nothing more is answered. */
  readonly attach: (user: ConnectionUser | null) => void;
  readonly close: () => void;
  readonly destroy: () => void;
  /** Called about every second: sends what was gathered, ends a connection whose next hop does not answer. */
  readonly checkDeadline: (elapsedMs: number) => void;
};

export type ConnectionUser = { readonly drained: () => void; readonly lost: (reason: string) => void };

export type ConnectionOptions = {
  hop: NextHop;
  /** what we call ourselves */
  publicName: string;
  dial: Dial;
  elapsedMs: () => number;
  ready: (connection: NextHopConnection) => void;
  /** It never became ready. `spoke`: somebody is there, and said no. */
  failed: (reason: string, spoke: boolean) => void;
  /** It was ready and is no more. */
  ended: (connection: NextHopConnection) => void;
};

// RFC 5321 4.5.3.2 has minutes for people's mail systems far away; a client waits for us meanwhile.
const handshakeMs = 10_000;
/** Also to connect and be greeted. */
const commandMs = 60_000;
const bodyMs = 180_000;
const dotMs = 600_000;

const noAbilities: Abilities = {
  pipelining: false,
  size: false,
  eightBit: false,
  utf8: false,
  xforward: new Set(),
};

/** Octets of a body that are gathered before they are written: clients send in pieces of a few KiB. */
const gatheredOctets = 64 * 1024;

/** Up to here copying the pieces into one costs less than telling the system of several. */
const joinedOctets = 16 * 1024;
let joinBuffer = Buffer.allocUnsafeSlow(joinedOctets);

/** Only with SMTPUTF8; what is plain costs less to write. */
const beyondAscii = /[\u0080-\uffff]/;

/** Connects, greets, starts TLS and signs in. */
export function openConnection(options: ConnectionOptions): NextHopConnection {
  const { hop, elapsedMs } = options;
  let socket: HopSocket = options.dial(hop, take);
  let reader = newReplyReader();
  let abilities = noAbilities;
  let answered: ((reply: Reply) => void)[] = [];
  let unsent: { line: string; answered: (reply: Reply) => void }[] = [];
  /** commands that go out at the end of this turn */
  let outgoing = '';
  let gathered: Buffer[] = [];
  let gatheredLength = 0;
  let user: ConnectionUser | null = null;
  let uses = 0;
  let state: 'opening' | 'ready' | 'over' = 'opening';
  let deadline = 0;
  let encrypted = false;
  let spoke = false;

  listen();
  expect((reply) => (reply.code === 220 ? greet() : end(`banner ${say(reply)}`)));

  function listen(): undefined {
    socket.on('drain', () => {
      if (answered.length === 0) deadline = Number.POSITIVE_INFINITY;
      user?.drained();
    });
    socket.on('error', (error) => end(error.message));
    socket.on('close', () => end('the connection was closed'));
  }

  function take(octets: Buffer): undefined {
    spoke = true;
    const replies = readReplies(reader, octets);
    if (replies === null) return end('what it says is not SMTP');
    // These octets were on their way before whatever is asked because of them: they are no answer to it.
    let awaited = answered.length;
    for (const reply of replies) {
      // A next hop that shuts down says so instead of an answer, or unasked (RFC 5321 3.8).
      if (reply.code === 421) return end(say(reply));
      const tell = awaited > 0 ? answered.shift() : undefined;
      if (tell === undefined) return end(`unasked: ${say(reply)}`);
      awaited -= 1;
      deadline = answered.length > 0 ? elapsedMs() + commandMs : Number.POSITIVE_INFINITY;
      tell(reply);
      if (state === 'over') return;
      sendNext();
    }
  }

  function expect(tell: (reply: Reply) => void, withinMs = commandMs): undefined {
    answered.push(tell);
    deadline = elapsedMs() + withinMs;
  }

  function command(line: string, tell: (reply: Reply) => void): undefined {
    if (state === 'over') return;
    if (answered.length > 0 && !abilities.pipelining) {
      unsent.push({ line, answered: tell });
      return;
    }
    if (outgoing === '') queueMicrotask(flush);
    outgoing += `${line}\r\n`;
    expect(tell);
  }

  function flush(): undefined {
    if (outgoing === '' || state === 'over') return;
    const text = outgoing;
    outgoing = '';
    socket.write(text, beyondAscii.test(text) ? 'utf8' : 'latin1');
  }

  /** All of it in one write to the system. */
  function writeGathered(): boolean {
    const pieces = gathered;
    const length = gatheredLength;
    gathered = [];
    gatheredLength = 0;
    if (length <= joinedOctets && pieces.length > 1) writeJoined(pieces, length);
    else {
      socket.cork();
      for (const piece of pieces) socket.write(piece);
      socket.uncork();
    }
    const follows = !socket.writableNeedDrain;
    // It is late only while it does not take what it was sent; a client may take its time.
    if (!follows) deadline = elapsedMs() + bodyMs;
    return follows;
  }

  function writeJoined(pieces: readonly Buffer[], length: number): undefined {
    let at = 0;
    for (const piece of pieces) at += piece.copy(joinBuffer, at);
    socket.write(joinBuffer.subarray(0, length));
    // What the system has not taken yet is still to be read from it.
    if (socket.writableLength > 0) joinBuffer = Buffer.allocUnsafeSlow(joinedOctets);
  }

  function sendNext(): undefined {
    if (answered.length > 0) return;
    const next = unsent.shift();
    if (next !== undefined) command(next.line, next.answered);
  }

  function greet(): undefined {
    command(`EHLO ${options.publicName}`, (reply) => {
      if (reply.code === 250) return greeted(reply.lines);
      if (reply.code < 500) return end(`EHLO ${say(reply)}`);
      command(`HELO ${options.publicName}`, (second) =>
        second.code === 250 ? greeted([]) : end(`HELO ${say(second)}`),
      );
    });
  }

  function greeted(lines: readonly string[]): undefined {
    const offers = new Map(lines.slice(1).map((line) => splitOffer(line)));
    if (!encrypted && offers.has('STARTTLS')) return startTls();
    if (!encrypted && hop.tls === 'required') return end('it does not offer STARTTLS, which is required');
    abilities = {
      pipelining: offers.has('PIPELINING'),
      size: offers.has('SIZE'),
      eightBit: offers.has('8BITMIME'),
      utf8: offers.has('SMTPUTF8'),
      xforward: new Set(offers.get('XFORWARD')?.split(' ')),
    };
    signIn(offers.get('AUTH')?.split(' ') ?? []);
  }

  function startTls(): undefined {
    command('STARTTLS', (reply) => {
      if (reply.code !== 220) return end(`STARTTLS ${say(reply)}`);
      // What came in clear text behind the reply was put there by somebody else (RFC 3207 section 6).
      if (reader.rest !== '') return end('octets behind the reply to STARTTLS');
      socket.removeAllListeners();
      // A name that is an address is not sent as one (RFC 6066 section 3).
      const servername = isIP(hop.host) === 0 ? hop.host : undefined;
      const verify = hop.tls === 'required';
      const plain = socket;
      socket = connectTls({ socket: plain, servername, rejectUnauthorized: verify, host: hop.host }, () => {
        encrypted = true;
        greet();
      });
      plain.on('error', (error) => end(error.message));
      reader = newReplyReader();
      deadline = elapsedMs() + handshakeMs;
      socket.on('data', take);
      listen();
    });
  }

  function signIn(mechanisms: readonly string[]): undefined {
    if (hop.credentials === null) return becomeReady();
    if (!encrypted && !isThisMachine(socket.remoteAddress)) return end('no password is sent in clear text');
    const { username, password } = hop.credentials;
    const done = (reply: Reply) => (reply.code === 235 ? becomeReady() : end(`AUTH ${say(reply)}`));
    if (mechanisms.includes('PLAIN') || !mechanisms.includes('LOGIN')) {
      return command(`AUTH PLAIN ${base64(`\0${username}\0${password}`)}`, done);
    }
    command('AUTH LOGIN', (first) => {
      if (first.code !== 334) return end(`AUTH ${say(first)}`);
      command(base64(username), (second) => {
        if (second.code !== 334) return end(`AUTH ${say(second)}`);
        command(base64(password), done);
      });
    });
  }

  function becomeReady(): undefined {
    state = 'ready';
    deadline = Number.POSITIVE_INFINITY;
    options.ready(connection);
  }

  function end(reason: string): undefined {
    if (state === 'over') return;
    const before = state;
    state = 'over';
    answered = [];
    unsent = [];
    gathered = [];
    gatheredLength = 0;
    socket.destroy();
    if (before === 'opening') options.failed(reason, spoke);
    else options.ended(connection);
    const told = user;
    user = null;
    told?.lost(reason);
  }

  const connection: NextHopConnection = {
    hop,
    abilities: () => abilities,
    command,
    write: (octets) => {
      if (state === 'over') return true;
      flush();
      gathered.push(octets);
      gatheredLength += octets.length;
      return gatheredLength < gatheredOctets || writeGathered();
    },
    finish: (octets, tell) => {
      if (state === 'over') return;
      flush();
      gathered.push(octets);
      gatheredLength += octets.length;
      writeGathered();
      expect(tell, dotMs);
    },
    uses: () => uses,
    tookMail: false,
    attach: (next) => {
      user = next;
      if (next !== null) uses += 1;
      else deadline = answered.length > 0 ? deadline : Number.POSITIVE_INFINITY;
    },
    close: () => {
      if (state === 'over') return;
      flush();
      state = 'over';
      socket.removeAllListeners('close');
      socket.end('QUIT\r\n');
      socket.setTimeout(commandMs, () => socket.destroy());
      options.ended(connection);
    },
    destroy: () => {
      user = null;
      end('given up');
    },
    checkDeadline: (now) => {
      if (gatheredLength > 0 && !socket.writableNeedDrain) writeGathered();
      if (now > deadline) end(state === 'opening' ? 'it does not answer' : 'no reply in time');
    },
  };
  return connection;
}

function say({ code, lines }: Reply): string {
  return `${code} ${lines.join(' ')}`;
}

function splitOffer(line: string): [string, string] {
  const [keyword = '', ...rest] = line.trim().split(/[ =]+/);
  return [keyword.toUpperCase(), rest.join(' ').toUpperCase()];
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
