/**
 * Work of which only a little may be done at once, the rest waits its turn. Whoever is known goes before strangers, who
 * wait apart: strangers that come in crowds only hold up one another.
 */
export type Turns = {
  /** @returns null, at once, where too many wait already */
  readonly take: <Value>(known: boolean, work: () => Promise<Value>) => Promise<Value> | null;
  /** Whether too many wait for anybody to come in. */
  readonly areFull: (known: boolean) => boolean;
  /** at work or waiting for it */
  readonly size: () => number;
};

export type TurnsOptions = { mostAtOnce: number; mostWaiting: number };

export function newTurns({ mostAtOnce, mostWaiting }: TurnsOptions): Turns {
  const knownWaiting: (() => void)[] = [];
  const strangersWaiting: (() => void)[] = [];
  let running = 0;

  async function run<Value>(waiting: (() => void)[], work: () => Promise<Value>): Promise<Value> {
    if (running >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The place goes to the next one as it is, so that nobody slips in between.
      const next = knownWaiting.shift() ?? strangersWaiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  const waitingOf = (known: boolean) => (known ? knownWaiting : strangersWaiting);
  const areFull = (known: boolean) => waitingOf(known).length >= mostWaiting;

  return {
    take: (known, work) => (areFull(known) ? null : run(waitingOf(known), work)),
    areFull,
    size: () => running + knownWaiting.length + strangersWaiting.length,
  };
}
