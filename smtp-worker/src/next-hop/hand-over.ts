import type { Envelope, HandOver, HandOverAnswer, HandOverEvents } from '../session/types.ts';
import type { Abilities, ConnectionUser, NextHopConnection } from './connection.ts';
import type { Reply } from './reply-reader.ts';

/** What a hand-over needs of the pool. */
export type Connections = {
  /** Gives a connection, now or later; `fresh`: not one that has waited idle. `holder`: who is to have no more than a share. */
  readonly acquire: (
    holder: string,
    fresh: boolean,
    got: (connection: NextHopConnection) => void,
    none: (reason: string) => void,
  ) => { readonly cancel: () => void };
  readonly release: (connection: NextHopConnection) => void;
};

/** Connections that had died while they were idle, or take no more: so many in turn, and it is the message that does it. */
const mostReplaced = 2;

/**
 * RFC 6152 section 3: to who does not offer 8BITMIME such a message is converted, or it is refused for good. Handed on as
 * it came it may lose a bit of each octet on its way, and converted it would no longer be what was signed. SMTPUTF8
 * likewise (RFC 6531 3.2). A client that was offered it, before it was known of this next hop, may try again: it will not
 * be offered it then.
 */
function notTaken(what: '8BITMIME' | 'SMTPUTF8', offered: boolean): HandOverAnswer {
  const subject = what === '8BITMIME' ? '6.3' : '6.7';
  const text = `the next hop does not offer ${what}`;
  return offered
    ? { kind: 'refused', code: 451, enhanced: `4.${subject}`, text }
    : { kind: 'refused', code: 550, enhanced: `5.${subject}`, text };
}

/**
 * A reply that ends in success, in refusal, or in something that is neither and so is no answer. The first digit
 * decides (RFC 5321 4.2): `251` to RCPT takes the recipient as well.
 */
function toAnswer(reply: Reply, success: 2 | 3): HandOverAnswer {
  const { code, enhanced } = reply;
  const text = reply.lines.join(' ');
  if (Math.floor(code / 100) === success) return { kind: 'accepted', text: `${code} ${text}` };
  if (code >= 400) return { kind: 'refused', code, enhanced, text };
  return { kind: 'away', reason: `unexpected reply: ${code} ${text}` };
}

/**
 * One message through one connection of the pool. MAIL waits for the first recipient and goes out with it in one
 * write. A connection that turns out to have died while it was idle, or to take no more messages, is replaced without anybody
 * noticing, as long as the next hop has taken nothing of this message.
 */
export function startHandOver(
  connections: Connections,
  envelope: Envelope,
  events: HandOverEvents,
): HandOver {
  return new HandOverByConnection(connections, envelope, events);
}

class HandOverByConnection implements HandOver, ConnectionUser {
  readonly connections: Connections;
  readonly envelope: Envelope;
  readonly events: HandOverEvents;
  connection: NextHopConnection | null = null;
  request: { readonly cancel: () => void } | null = null;
  state: 'envelope' | 'opening_body' | 'body' | 'finishing' | 'over' = 'envelope';
  /** recipients that were not answered, oldest first */
  readonly asked: string[] = [];
  sent = 0;
  mailTaken = false;
  /** MAIL was refused, or not even tried: the answer for every recipient */
  refusedAll: HandOverAnswer | null = null;
  lostBecause: string | null = null;
  heard = false;
  /** The connection has carried a message before. */
  reused = false;
  replaced = 0;

  constructor(connections: Connections, envelope: Envelope, events: HandOverEvents) {
    this.connections = connections;
    this.envelope = envelope;
    this.events = events;
  }

  recipient(path: string): undefined {
    this.asked.push(path);
    if (this.refusedAll !== null) this.answerAll(this.refusedAll);
    else if (this.lostBecause !== null) this.answerAll({ kind: 'away', reason: this.lostBecause });
    else if (this.connection !== null) this.sendRecipients();
    else if (this.request === null) this.acquire(false);
  }

  openBody(): undefined {
    this.state = 'opening_body';
    if (this.connection === null) return this.lose(this.lostBecause ?? 'the next hop is gone');
    this.connection.command('DATA', (reply) => {
      const answer = toAnswer(reply, 3);
      // Only a clear refusal leaves a next hop that can be told to forget the message.
      this.state = answer.kind === 'refused' ? 'envelope' : 'body';
      this.events.bodyOpened(answer);
    });
  }

  write(octets: Buffer): boolean {
    return this.connection?.write(octets) ?? true;
  }

  finish(octets: Buffer): undefined {
    this.state = 'finishing';
    if (this.connection === null) return this.lose(this.lostBecause ?? 'the next hop is gone');
    this.connection.finish(octets, (reply) => {
      const answer = toAnswer(reply, 2);
      this.giveBack(answer);
      this.events.finished(answer);
    });
  }

  abandon(): undefined {
    const before = this.state;
    this.state = 'over';
    this.request?.cancel();
    this.request = null;
    const { connection: left, connections } = this;
    if (left === null) return;
    this.connection = null;
    // In a body the only way to say "forget it" is to hang up before the dot.
    if (before !== 'envelope') {
      left.destroy();
      return;
    }
    left.attach(null);
    left.command('RSET', (reply) => (reply.code === 250 ? connections.release(left) : left.destroy()));
  }

  /** Told by the connection. */
  drained(): undefined {
    this.events.drained();
  }

  /** Told by the connection. */
  lost(reason: string): undefined {
    this.connection = null;
    if (this.reused && !this.heard && this.mayReplace()) this.startAgain();
    else this.lose(reason);
  }

  mayReplace(): boolean {
    return this.state === 'envelope' && this.replaced < mostReplaced;
  }

  /**
   * Some take so many messages through one connection (OpenSMTPD a hundred), and to all that follow say that it is too much
   * at once. Where a connection has taken none, another would not do either.
   */
  replace(full: NextHopConnection): undefined {
    this.connection = null;
    full.destroy();
    this.startAgain();
  }

  acquire(fresh: boolean): undefined {
    this.request = this.connections.acquire(
      // Not the entry: a server has many, and whoever dawdles through two of them would have all.
      this.envelope.server,
      fresh,
      (connection) => this.begin(connection),
      (reason) => this.lose(reason),
    );
  }

  begin(acquired: NextHopConnection): undefined {
    this.request = null;
    this.connection = acquired;
    this.reused = acquired.uses() > 0;
    acquired.attach(this);
    const abilities = acquired.abilities();
    const { utf8, eightBit, offered } = this.envelope;
    if (utf8 && !abilities.utf8) return this.refuseAll(notTaken('SMTPUTF8', offered.utf8));
    if (eightBit && !abilities.eightBit) return this.refuseAll(notTaken('8BITMIME', offered.eightBit));
    this.sendMail(acquired, abilities);
    this.sendRecipients();
  }

  startAgain(): undefined {
    this.replaced += 1;
    this.sent = 0;
    this.acquire(true);
  }

  sendMail(to: NextHopConnection, abilities: Abilities): undefined {
    const xforward = xforwardLine(this.envelope, abilities.xforward);
    // Refused or not: it is for the next hop's log alone.
    if (xforward !== null) to.command(xforward, () => {});
    to.command(mailLine(this.envelope, abilities), (reply) => {
      const answer = toAnswer(reply, 2);
      if (reply.code === 452 && to.tookMail && this.mayReplace()) return this.replace(to);
      this.heard = true;
      if (answer.kind !== 'accepted') return this.refuseAll(answer);
      to.tookMail = true;
      this.mailTaken = true;
      this.sendRecipients();
    });
  }

  /** Nothing more is asked: what comes outside a transaction many a next hop counts as an error. */
  refuseAll(answer: HandOverAnswer): undefined {
    this.refusedAll = answer;
    this.answerAll(answer);
  }

  sendRecipients(): undefined {
    if (this.connection === null || this.refusedAll !== null) return;
    if (!this.mailTaken && !this.connection.abilities().pipelining) return;
    for (; this.sent < this.asked.length; this.sent += 1) {
      const line = `RCPT TO:<${this.asked[this.sent]}>`;
      this.connection.command(line, (reply) => this.answerRecipient(toAnswer(reply, 2)));
    }
  }

  answerRecipient(answer: HandOverAnswer): undefined {
    if (this.state === 'over' || this.refusedAll !== null) return;
    this.asked.shift();
    this.sent -= 1;
    this.events.recipientAnswered(answer);
  }

  /** Never within the call that asks. */
  answerAll(answer: HandOverAnswer): undefined {
    queueMicrotask(() => {
      if (this.state === 'over') return;
      for (let left = this.asked.length; left > 0; left -= 1) {
        this.asked.shift();
        this.events.recipientAnswered(answer);
      }
    });
  }

  /** There is no next hop any more: whatever is asked, now or later, is answered so. */
  lose(reason: string): undefined {
    this.lostBecause = reason;
    this.connection = null;
    this.request = null;
    const answer: HandOverAnswer = { kind: 'away', reason };
    if (this.state === 'envelope') return this.answerAll(answer);
    const before = this.state;
    queueMicrotask(() => {
      if (this.state === 'over') return;
      if (before === 'opening_body') this.events.bodyOpened(answer);
      // In the body nobody waits for an answer yet, but perhaps for room; the dot will learn the rest.
      else if (before === 'body') this.events.drained();
      else this.events.finished(answer);
    });
  }

  /**
   * What is neither success nor refusal says that the next hop waits for more of the message (RFC 5321 4.2.1: 3yz), or
   * nothing at all. What it would take for that is not to be the next client's.
   */
  giveBack({ kind }: HandOverAnswer): undefined {
    const done = this.connection;
    this.connection = null;
    this.state = 'over';
    if (done === null) return;
    done.attach(null);
    if (kind === 'away') done.destroy();
    else this.connections.release(done);
  }
}

function mailLine(envelope: Envelope, abilities: Abilities): string {
  let line = `MAIL FROM:<${envelope.sender}>`;
  if (envelope.declaredSize !== null && abilities.size) line += ` SIZE=${envelope.declaredSize}`;
  if (envelope.eightBit) line += ' BODY=8BITMIME';
  if (envelope.utf8) line += ' SMTPUTF8';
  return line;
}

/** Postfix's XFORWARD: its log then names the client and not us. @returns null where nothing of it is offered */
function xforwardLine({ client, transactionId }: Envelope, offered: ReadonlySet<string>): string | null {
  if (offered.size === 0) return null;
  let words = '';
  const add = (name: string, value: string | null) => {
    if (!offered.has(name)) return;
    const encoded = value ? xtext(value) : '';
    const known = encoded !== '' && encoded.length <= longestValue;
    words += ` ${name}=${known ? encoded : '[UNAVAILABLE]'}`;
  };
  add('NAME', null);
  add('ADDR', client.address?.includes(':') ? `IPV6:${client.address}` : client.address);
  add('PORT', client.port === null ? null : String(client.port));
  add('PROTO', client.protocol);
  add('HELO', client.ehlo);
  add('IDENT', transactionId);
  add('SOURCE', 'REMOTE');
  return words === '' ? null : `XFORWARD${words}`;
}

/**
 * XFORWARD_README allows 512 characters a command. What a client calls itself may be longer, and must not keep its
 * address out of the next hop's log.
 */
const longestValue = 255;

const plainXtext = /^[!-*,-<>-~]*$/;

/** RFC 3461 section 4. */
function xtext(value: string): string {
  if (plainXtext.test(value)) return value;
  return [...Buffer.from(value)]
    .map((octet) =>
      octet < 0x21 || octet > 0x7e || octet === 0x2b || octet === 0x3d
        ? `+${octet.toString(16).toUpperCase().padStart(2, '0')}`
        : String.fromCharCode(octet),
    )
    .join('');
}
