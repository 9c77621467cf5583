/** Chance with a seed: the same seed throws the same numbers on every machine (mulberry32). */
export type Dice = {
  /** 0 to `below` - 1 */
  readonly number: (below: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <Value>(values: readonly Value[]) => Value;
};

export function newDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const number = (below: number) => next() % below;
  return {
    number,
    chance: (share) => next() < share * 2 ** 32,
    pick: (values) => {
      const picked = values[number(values.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
  };
}

/** One seed for each session of a run: neighbours have nothing in common. */
export function seedOf(run: number, session: number): number {
  return (Math.imul(run, 0x9e3779b1) ^ Math.imul(session + 1, 0x85ebca6b)) >>> 0;
}
