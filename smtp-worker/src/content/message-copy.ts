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
  return new CopyInChunks(most, budget);
}

class CopyInChunks implements MessageCopy {
  readonly most: number;
  readonly budget: CopyBudget;
  chunks: Buffer[] = [];
  kept = 0;
  isDropped = false;

  constructor(most: number, budget: CopyBudget) {
    this.most = most;
    this.budget = budget;
  }

  add(octets: Buffer): undefined {
    const { most, budget, kept } = this;
    if (this.isDropped || kept >= most) return;
    const part = octets.length <= most - kept ? octets : octets.subarray(0, most - kept);
    if (budget.used + part.length > budget.most) {
      this.isDropped = true;
      return this.release();
    }
    this.chunks.push(part);
    this.kept += part.length;
    budget.used += part.length;
  }

  dropped(): boolean {
    return this.isDropped;
  }

  read(): Buffer {
    const whole = Buffer.concat(this.chunks);
    const ends = this.kept < this.most && whole.subarray(-dotLine.length).equals(dotLine);
    return newUnstuffer()(ends ? whole.subarray(0, -dotLine.length) : whole);
  }

  release(): undefined {
    this.budget.used -= this.kept;
    this.kept = 0;
    this.chunks = [];
  }
}
