/**
 * Time in a played session: what is due happens one thing after the other, and between two of them whatever was put
 * off to the end of the turn. Nothing is awaited: a promise for each thing that happens cost more than the session.
 */
export type Turns = {
  readonly later: (act: () => void) => undefined;
  /** Runs what nobody waits for, and keeps what it throws. */
  readonly guard: (act: () => void) => undefined;
  /** Lets everything that is due happen. @throws what has been thrown meanwhile where nobody waited for it */
  readonly settle: () => undefined;
  /** Lets the next thing happen that is due. */
  readonly step: () => boolean;
  /** What `queueMicrotask` is while the session is played: to the end of this turn. */
  readonly putOff: (act: () => void) => undefined;
};

export function newTurns(): Turns {
  const due: (() => void)[] = [];
  const thrown: unknown[] = [];
  let toEndOfTurn: (() => void)[] = [];
  const endTurn = () => {
    while (toEndOfTurn.length > 0) {
      const now = toEndOfTurn;
      toEndOfTurn = [];
      for (const act of now) act();
    }
  };
  const step = () => {
    endTurn();
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
    settle: () => {
      while (step());
    },
    putOff: (act) => {
      toEndOfTurn.push(act);
    },
  };
}
