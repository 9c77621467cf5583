/**
 * Time in a played session: what is due happens one thing after the other, and between two of them whatever was put
 * off to the end of the turn.
 */
export type Turns = {
  readonly later: (act: () => void) => undefined;
  /** Runs what nobody waits for, and keeps what it throws. */
  readonly guard: (act: () => void) => undefined;
  /** Lets everything that is due happen. @throws what has been thrown meanwhile where nobody waited for it */
  readonly settle: () => Promise<void>;
  /** Lets the next thing happen that is due. */
  readonly step: () => Promise<boolean>;
};

/** Microtasks, and what streams do in the next tick; the event loop itself would take several times as long. */
const endOfTurn = () => new Promise<void>((resolve) => process.nextTick(resolve));

export function newTurns(): Turns {
  const due: (() => void)[] = [];
  const thrown: unknown[] = [];
  const step = async () => {
    await endOfTurn();
    if (thrown.length > 0) throw thrown[0];
    const next = due.shift();
    next?.();
    return next !== undefined;
  };
  return {
    step,
    later: (act) => {
      due.push(act);
    },
    guard: (act) => {
      try {
        act();
      } catch (error) {
        thrown.push(error);
      }
    },
    settle: async () => {
      while (await step());
    },
  };
}
