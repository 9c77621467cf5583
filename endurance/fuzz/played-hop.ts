import type { Dial, HopSocket } from '../../smtp-worker/src/next-hop/dial.ts';
import { type HopDialogue, newHopDialogue, type WireMessage } from './hop-dialogue.ts';
import { answerOf, type HopManner } from './hop-manner.ts';
import type { Turns } from './turns.ts';
import { Violation } from './violation.ts';

/** A next hop in memory, behind sockets that are none. */
export type PlayedHop = {
  readonly dial: Dial;
  /** bodies that were begun on all connections */
  readonly messages: readonly WireMessage[];
  /** All connections break. */
  readonly loseAll: () => void;
  /** connections that neither side has ended */
  readonly open: () => number;
};

/** The client's end of a connection to it: as much of a socket as a connection to a next hop uses. */
class PlayedSocket {
  readonly remoteAddress = '127.0.0.1';
  readonly writableNeedDrain = false;
  readonly writableLength = 0;
  dialogue: HopDialogue | null = null;
  destroyed = false;
  ended = false;
  readonly wrong: (problem: string) => undefined;
  readonly putOff: Turns['putOff'];
  readonly toldOfClose: (() => void)[] = [];

  constructor(wrong: (problem: string) => undefined, putOff: Turns['putOff']) {
    this.wrong = wrong;
    this.putOff = putOff;
  }

  on(event: string, listener: () => void): this {
    if (event === 'close') this.toldOfClose.push(listener);
    return this;
  }

  removeAllListeners(event: string): this {
    if (event === 'close') this.toldOfClose.length = 0;
    return this;
  }

  setTimeout(): this {
    return this;
  }

  cork(): void {}

  uncork(): void {}

  write(octets: Buffer | string, encoding?: 'utf8'): boolean {
    if (this.ended) this.wrong('octets behind QUIT');
    else if (!this.destroyed) this.dialogue?.take(asLatin1(octets, encoding));
    return true;
  }

  end(octets: string): void {
    this.write(octets);
    this.ended = true;
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.dialogue?.left();
    this.putOff(() => {
      for (const tell of this.toldOfClose) tell();
    });
  }

  /** From the other end. */
  lose(): void {
    this.dialogue = null;
    this.destroy();
  }
}

function asLatin1(octets: Buffer | string, encoding?: 'utf8'): string {
  if (typeof octets !== 'string') return octets.toString('latin1');
  return encoding === 'utf8' ? Buffer.from(octets).toString('latin1') : octets;
}

export function newPlayedHop(manner: HopManner, seed: number, turns: Turns): PlayedHop {
  const sockets: PlayedSocket[] = [];
  const messages: WireMessage[] = [];
  const wrong = (problem: string) =>
    turns.guard(() => {
      throw new Violation(`the next hop was told ${problem}`);
    });
  return {
    messages,
    loseAll: () => {
      for (const socket of sockets) socket.lose();
    },
    open: () => sockets.filter(({ destroyed }) => !destroyed).length,
    dial: (_hop, take) => {
      const socket = new PlayedSocket(wrong, turns.putOff);
      sockets.push(socket);
      const untilGone = (act: () => void) =>
        turns.later(() => {
          if (!socket.destroyed) act();
        });
      const dialogue = newHopDialogue({
        manner,
        decide: (asked, about) => answerOf(manner, seed, asked, about),
        messages,
        wrong,
        reply: ({ text, hangsUp }) => {
          if (text !== '') {
            untilGone(() => {
              dialogue.heard();
              take(Buffer.from(`${text}\r\n`, 'latin1'));
            });
          }
          if (hangsUp) untilGone(() => socket.lose());
        },
      });
      socket.dialogue = dialogue;
      // A whole one, with its streams, takes longer than the session that is played.
      return socket as unknown as HopSocket;
    },
  };
}
