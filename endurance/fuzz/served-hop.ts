import { createServer, type Socket } from 'node:net';
import { type Dice, newDice, seedOf } from '../support/dice.ts';
import type { NextHop } from '../support/next-hop.ts';
import { type HopDialogue, newHopDialogue, type WireMessage } from './hop-dialogue.ts';
import { type Asked, answerOf, type HopAnswer, type HopManner, newManner } from './hop-manner.ts';

export type ServedHopOptions = {
  run: number;
  /** Whose messages are taken, whatever becomes of those of others. */
  favours: string;
  /** Told of each command, and each dot, that is not taken. */
  refused: () => void;
  /** A message that has come to its end here: as a whole, or because its connection has ended. */
  ended: (message: WireMessage) => void;
  /** Told of whatever a client that keeps to the protocol would not do. */
  wrong: (problem: string) => undefined;
};

/**
 * The next hop that the fuzz plays, over sockets: each connection has a manner of its own, and each message is refused,
 * hung up on, or answered with what is no answer by chance.
 */
export async function serveHop({ run, favours, refused, ended, wrong }: ServedHopOptions): Promise<NextHop> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let mails = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    connections += 1;
    const messages: WireMessage[] = [];
    const dialogue = converse(socket, seedOf(run, connections), messages);
    socket.on('data', (octets: Buffer) => {
      dialogue.take(octets.toString('latin1'));
      while (messages[0]?.ended) ended(messages.shift() as WireMessage);
    });
    socket.on('close', () => {
      sockets.delete(socket);
      for (const message of messages) ended(message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  /**
   * Commands are judged by the pieces in which they come: behind one that has to be waited for nothing may stand, and
   * what was answered counts as heard once the answer is on its way, but for what is asked in a group.
   */
  function converse(socket: Socket, seed: number, messages: WireMessage[]): Pick<HopDialogue, 'take'> {
    const manner = newManner(newDice(seed));
    const due: HopAnswer[] = [];
    let over = false;
    let { refuses } = manner;
    const decide = (asked: Asked, about: string): HopAnswer => {
      // There are few connections, and what one refuses would be refused all the time.
      if (asked === 'MAIL') {
        mails += 1;
        refuses = newMood(newDice(seedOf(~run, mails)));
      }
      const mood = about.includes(favours) ? { ...refuses, [asked]: 0 } : refuses;
      const given = answerOf({ ...manner, refuses: mood }, seed ^ mails, asked, about);
      if (!given.taken) refused();
      return given;
    };
    const dialogue = newHopDialogue({
      manner,
      decide,
      messages,
      wrong,
      groupsCross: true,
      reply: (answer) => {
        due.push(answer);
      },
    });
    sendDue();
    return {
      take: (octets) => {
        // What was on its way when it hung up is not heard any more.
        if (over) return;
        dialogue.take(octets);
        sendDue();
      },
    };

    function sendDue(): undefined {
      for (const { text, hangsUp } of due.splice(0)) {
        if (over) return;
        if (text !== '') {
          socket.write(`${text}\r\n`, 'latin1');
          dialogue.heard();
        }
        if (!hangsUp) continue;
        over = true;
        socket.end(() => socket.destroySoon());
      }
    }
  }

  return {
    port: (server.address() as { port: number }).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Of every second message it refuses something by chance: over sockets there are few messages. */
function newMood(dice: Dice): HopManner['refuses'] {
  const isWilling = dice.chance(0.5);
  for (;;) {
    const { refuses } = newManner(dice);
    if (isWilling || Object.values(refuses).some((share) => share > 0)) return refuses;
  }
}
