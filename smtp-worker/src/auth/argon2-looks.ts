import { randomBytes } from 'node:crypto';
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';

/** Looks at passwords by argon2id, also for a name that nobody has: that costs as much as the last look for a known one. */
export type Argon2Looks = {
  readonly verify: (hash: string, password: string) => Promise<boolean>;
  readonly verifyForNobody: (password: string) => Promise<void>;
  /** What a password is compared with for nobody; made once for each cost. */
  readonly decoy: () => Promise<string>;
};

/** What argon2id costs here where nothing else was seen, or nothing that can be read. */
const usual = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function newArgon2Looks(): Argon2Looks {
  let cost = usual;
  let made: { cost: typeof usual; hash: Promise<string> } | null = null;

  function decoy(): Promise<string> {
    if (made === null || !isSame(made.cost, cost))
      made = { cost, hash: argon2Hash(randomBytes(16).toString('hex'), cost) };
    return made.hash;
  }

  return {
    verify: (hash, password) => {
      cost = costOf(hash);
      return argon2Verify(hash, password).catch(() => false);
    },
    verifyForNobody: async (password) => void (await argon2Verify(await decoy(), password)),
    decoy,
  };
}

function costOf(hash: string): typeof usual {
  const [, memory, time, lanes] = /m=(\d+),t=(\d+),p=(\d+)/.exec(hash) ?? [];
  return memory === undefined
    ? usual
    : { memoryCost: Number(memory), timeCost: Number(time), parallelism: Number(lanes) };
}

function isSame(one: typeof usual, other: typeof usual): boolean {
  return (
    one.memoryCost === other.memoryCost &&
    one.timeCost === other.timeCost &&
    one.parallelism === other.parallelism
  );
}
