import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';

/** OWASP's least for argon2id: 19 MiB, two passes, one lane; some 25 ms of one core. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;
/** argon2 shares libuv's threads with DNS and file access: it may not take them all. */
const MOST_AT_ONCE = 2;
/** Beyond this somebody floods us, and each waiter holds a request open. */
const MOST_WAITING = 100;

export type PasswordHasher = {
  /** @returns argon2id in PHC format */
  hash: (password: string) => Promise<string>;
  /**
   * Without a stored hash (nobody has this e-mail, or no password yet) it does the same work and answers `mismatch`,
   * so that time does not tell who exists. `busy`: too many wait already, nothing was checked.
   */
  verify: (stored: string | null, password: string) => Promise<'match' | 'mismatch' | 'busy'>;
};

/** One for each process: the limits hold for what goes through it. */
export function createPasswordHasher(mostAtOnce: number = MOST_AT_ONCE): PasswordHasher {
  let running = 0;
  const waiting: (() => void)[] = [];
  let dummy: Promise<string> | undefined;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running < mostAtOnce) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The turn is handed on, so that nobody who comes new overtakes.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  }

  const hash = (password: string) => inTurn(() => argon2Hash(prepare(password), parameters));

  return {
    hash,
    verify: async (stored, password) => {
      if (waiting.length >= MOST_WAITING) return 'busy';
      dummy ??= hash(crypto.randomUUID());
      const against = stored ?? (await dummy);
      const matches = await inTurn(() => argon2Verify(against, prepare(password)));
      return matches && stored !== null ? 'match' : 'mismatch';
    },
  };
}

/** The same word typed on two systems may differ in code points (NIST SP 800-63B-4, 3.1.1.2). */
function prepare(password: string): string {
  return password.normalize('NFKC');
}
