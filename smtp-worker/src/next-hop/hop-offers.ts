import type { MailOffers } from '../session/types.ts';

/** What each next hop said last that it takes: one number a hop, of all threads. */
export type OffersMemory = Int32Array<SharedArrayBuffer>;

export type HopOffers = {
  /**
   * A next hop has answered EHLO.
   * @returns whether that is news: something else than before, or less than everything from one that nobody knew
   */
  readonly heard: (hop: number, offers: MailOffers) => boolean;
  /** What every next hop takes, as far as is known: a message may go to any of them. */
  readonly ofAll: () => MailOffers;
};

// Zero is a hop that takes everything, and so is one that has said nothing yet.
const noEightBit = 1;
const noUtf8 = 2;

export function newOffersMemory(hops: number): OffersMemory {
  return new Int32Array(new SharedArrayBuffer(hops * Int32Array.BYTES_PER_ELEMENT));
}

/**
 * What clients may be offered beyond what the node itself can do. Which hop a message will go to is not known at EHLO, so
 * that one that cannot carry it is enough, also one that is away for now: it may be back by then.
 */
export function openHopOffers(memory: OffersMemory): HopOffers {
  return {
    heard: (hop, { eightBit, utf8 }) => {
      const lacks = (eightBit ? 0 : noEightBit) | (utf8 ? 0 : noUtf8);
      return Atomics.exchange(memory, hop, lacks) !== lacks;
    },
    ofAll: () => {
      let lacks = 0;
      for (let hop = 0; hop < memory.length; hop += 1) lacks |= Atomics.load(memory, hop);
      // RFC 6531 3.1: who offers SMTPUTF8 offers 8BITMIME as well.
      return { eightBit: (lacks & noEightBit) === 0, utf8: lacks === 0 };
    },
  };
}
