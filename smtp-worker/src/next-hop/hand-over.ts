import type { Envelope, HandOver, HandOverAnswer, HandOverEvents } from '../session/types.ts';
import type { Abilities, NextHopConnection } from './connection.ts';
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

/** Connections that had died while they were idle: so many in turn, and it is the message that does it. */
const mostReplaced = 2;

const utf8NotTaken: HandOverAnswer = {
  kind: 'refused',
  code: 550,
  enhanced: '5.6.7',
  text: 'the next hop does not offer SMTPUTF8',
};

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
 * write. A connection that turns out to have died while it was idle is replaced without anybody noticing, as long as
 * the next hop has not answered anything of this message.
 */
export function startHandOver(
  connections: Connections,
  envelope: Envelope,
  events: HandOverEvents,
): HandOver {
  const holder = envelope.entryId ?? envelope.client.login ?? '';
  let connection: NextHopConnection | null = null;
  let request: { cancel: () => void } | null = null;
  let state: 'envelope' | 'opening_body' | 'body' | 'finishing' | 'over' = 'envelope';
  /** recipients that were not answered, oldest first */
  const asked: string[] = [];
  let sent = 0;
  let mailRefused: HandOverAnswer | null = null;
  /** MAIL was not even tried */
  let impossible: HandOverAnswer | null = null;
  let lostBecause: string | null = null;
  let heard = false;
  let replaced = 0;

  function acquire(fresh: boolean): undefined {
    request = connections.acquire(holder, fresh, begin, lose);
  }

  function begin(acquired: NextHopConnection): undefined {
    request = null;
    connection = acquired;
    const reused = acquired.uses() > 0;
    acquired.attach({
      drained: events.drained,
      lost: (reason) => {
        connection = null;
        if (reused && !heard && state === 'envelope' && replaced < mostReplaced) return startAgain();
        lose(reason);
      },
    });
    const abilities = acquired.abilities();
    if (envelope.utf8 && !abilities.utf8) impossible = utf8NotTaken;
    else sendMail(acquired, abilities);
    sendRecipients();
  }

  function startAgain(): undefined {
    replaced += 1;
    sent = 0;
    acquire(true);
  }

  function sendMail(to: NextHopConnection, abilities: Abilities): undefined {
    const xforward = xforwardLine(envelope, abilities.xforward);
    // Refused or not: it is for the next hop's log alone.
    if (xforward !== null) to.command(xforward, () => {});
    to.command(mailLine(envelope, abilities), (reply) => {
      heard = true;
      const answer = toAnswer(reply, 2);
      if (answer.kind !== 'accepted') mailRefused = answer;
    });
  }

  function sendRecipients(): undefined {
    if (connection === null) return;
    if (impossible !== null) return answerAll(impossible);
    for (; sent < asked.length; sent += 1) {
      connection.command(`RCPT TO:<${asked[sent]}>`, (reply) => answerRecipient(toAnswer(reply, 2)));
    }
  }

  function answerRecipient(answer: HandOverAnswer): undefined {
    if (state === 'over') return;
    heard = true;
    asked.shift();
    sent -= 1;
    events.recipientAnswered(mailRefused ?? answer);
  }

  /** Never within the call that asks. */
  function answerAll(answer: HandOverAnswer): undefined {
    queueMicrotask(() => {
      if (state === 'over') return;
      for (let left = asked.length; left > 0; left -= 1) {
        asked.shift();
        events.recipientAnswered(answer);
      }
    });
  }

  /** There is no next hop any more: whatever is asked, now or later, is answered so. */
  function lose(reason: string): undefined {
    lostBecause = reason;
    connection = null;
    request = null;
    const answer: HandOverAnswer = { kind: 'away', reason };
    if (state === 'envelope') return answerAll(answer);
    const before = state;
    queueMicrotask(() => {
      if (state === 'over') return;
      if (before === 'opening_body') events.bodyOpened(answer);
      // In the body nobody waits for an answer yet, but perhaps for room; the dot will learn the rest.
      else if (before === 'body') events.drained();
      else events.finished(answer);
    });
  }

  function giveBack(): undefined {
    const done = connection;
    connection = null;
    state = 'over';
    if (done === null) return;
    done.attach(null);
    connections.release(done);
  }

  function finish(octets: Buffer): undefined {
    state = 'finishing';
    if (connection === null) return lose(lostBecause ?? 'the next hop is gone');
    connection.finish(octets, (reply) => {
      const answer = toAnswer(reply, 2);
      giveBack();
      events.finished(answer);
    });
  }

  function abandon(): undefined {
    const before = state;
    state = 'over';
    request?.cancel();
    request = null;
    if (connection === null) return;
    const left = connection;
    connection = null;
    // In a body the only way to say "forget it" is to hang up before the dot.
    if (before !== 'envelope') {
      left.destroy();
      return;
    }
    left.attach(null);
    left.command('RSET', (reply) => (reply.code === 250 ? connections.release(left) : left.destroy()));
  }

  return {
    recipient: (path) => {
      asked.push(path);
      if (lostBecause !== null) answerAll({ kind: 'away', reason: lostBecause });
      else if (connection !== null) sendRecipients();
      else if (request === null) acquire(false);
    },
    openBody: () => {
      state = 'opening_body';
      if (connection === null) return lose(lostBecause ?? 'the next hop is gone');
      connection.command('DATA', (reply) => {
        const answer = toAnswer(reply, 3);
        // Only a clear refusal leaves a next hop that can be told to forget the message.
        state = answer.kind === 'refused' ? 'envelope' : 'body';
        events.bodyOpened(answer);
      });
    },
    write: (octets) => connection?.write(octets) ?? true,
    finish,
    abandon,
  };
}

function mailLine(envelope: Envelope, abilities: Abilities): string {
  let line = `MAIL FROM:<${envelope.sender}>`;
  if (envelope.declaredSize !== null && abilities.size) line += ` SIZE=${envelope.declaredSize}`;
  if (envelope.eightBit && abilities.eightBit) line += ' BODY=8BITMIME';
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
