import { randomBytes } from 'node:crypto';
import { hash as argon2Hash } from '@node-rs/argon2';

/** A hash that no password is right for, of the cost of those in use: an unknown name is looked at as long as another. */
export type Decoy = {
  /** From now on it costs as much as this one. */
  readonly costLike: (argon2: string) => void;
  /** Made once for each cost. */
  readonly hash: () => Promise<string>;
};

/** What argon2id costs here where nothing else was seen, or nothing that can be read. */
const usual = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function newDecoy(): Decoy {
  let cost = usual;
  let made: { cost: typeof usual; hash: Promise<string> } | null = null;
  return {
    costLike: (argon2) => {
      const seen = costOf(argon2);
      const same =
        seen.memoryCost === cost.memoryCost &&
        seen.timeCost === cost.timeCost &&
        seen.parallelism === cost.parallelism;
      if (!same) cost = seen;
    },
    hash: () => {
      if (made?.cost !== cost) made = { cost, hash: argon2Hash(randomBytes(16).toString('hex'), cost) };
      return made.hash;
    },
  };
}

function costOf(argon2: string): typeof usual {
  const [, memory, time, lanes] = /m=(\d+),t=(\d+),p=(\d+)/.exec(argon2) ?? [];
  return memory === undefined
    ? usual
    : { memoryCost: Number(memory), timeCost: Number(time), parallelism: Number(lanes) };
}
