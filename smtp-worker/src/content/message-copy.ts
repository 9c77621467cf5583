import { newUnstuffer } from '../next-hop/maildir.ts';

/** What all copies of a thread may hold together, in octets. */
export type CopyBudget = { used: number; readonly most: number };

/** The first octets of a message, as they go over the wire, kept until it has been looked at. */
export type MessageCopy = {
  readonly add: (octets: Buffer) => undefined;
  /** There was no room for it: nothing is kept. */
  readonly dropped: () => boolean;
  /** In one piece, dots unstuffed, without the closing dot line where all of it is there. */
  readonly read: () => Buffer;
  /** To be called once, when nobody needs it any more. */
  readonly release: () => undefined;
};

const dotLine = Buffer.from('.\r\n');

/** @param most octets that are kept; beyond them the message is cut off */
export function newMessageCopy(most: number, budget: CopyBudget): MessageCopy {
  let chunks: Buffer[] = [];
  let kept = 0;
  let dropped = false;

  function release(): undefined {
    budget.used -= kept;
    kept = 0;
    chunks = [];
  }

  return {
    add: (octets) => {
      if (dropped || kept >= most) return;
      const part = octets.subarray(0, most - kept);
      if (budget.used + part.length > budget.most) {
        dropped = true;
        return release();
      }
      chunks.push(part);
      kept += part.length;
      budget.used += part.length;
    },
    dropped: () => dropped,
    read: () => {
      const whole = Buffer.concat(chunks);
      const ends = kept < most && whole.subarray(-dotLine.length).equals(dotLine);
      return newUnstuffer()(ends ? whole.subarray(0, -dotLine.length) : whole);
    },
    release,
  };
}
