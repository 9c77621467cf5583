import { Duplex } from 'node:stream';
import type { Dial } from '../../smtp-worker/src/next-hop/dial.ts';
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

/** The client's end of a connection to it. */
class PlayedSocket extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  dialogue: HopDialogue | null = null;

  setTimeout(): this {
    return this;
  }

  /** From the other end. */
  lose(): void {
    this.dialogue = null;
    this.destroy();
  }

  override _read(): void {}

  override _write(octets: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.dialogue?.take(octets.toString('latin1'));
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.dialogue?.left();
    done(error);
  }
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
      const socket = new PlayedSocket();
      sockets.push(socket);
      // Such as octets behind QUIT.
      socket.on('error', ({ message }) => wrong(message));
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
      return socket;
    },
  };
}
