/**
 * Work of which only a little may be done at once, the rest waits its turn. Whoever is known goes before strangers, who
 * wait apart: strangers that come in crowds only hold up one another.
 */
export type Turns = {
  /** @returns null, at once, where too many wait already */
  readonly take: <Value>(known: boolean, work: () => Promise<Value>) => Promise<Value> | null;
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

  return {
    take: (known, work) => {
      const waiting = known ? knownWaiting : strangersWaiting;
      return waiting.length >= mostWaiting ? null : run(waiting, work);
    },
    size: () => running + knownWaiting.length + strangersWaiting.length,
  };
}
