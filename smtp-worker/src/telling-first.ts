import type { Logger } from 'pino';

/**
 * What ends many sessions at once says so to each client before anything else of it is done: to write down, to count and to
 * hang up takes longer than to say it, and whoever comes last would wait for all of that.
 */
export type TellingFirst = {
  /** What is handed to `thereafter` while this goes on is done a moment later, in its order. */
  readonly tell: (tellAll: () => void) => void;
  /** Does this now, or where clients are being told, a moment later. */
  readonly thereafter: (work: () => void) => void;
  /** Does at once what waits. */
  readonly catchUp: () => void;
};

/** Nodes that share a machine do not all go on at the same moment: as long as this, or up to twice as long. */
const momentMs = 20;

export function newTellingFirst(log: Logger): TellingFirst {
  let telling = false;
  let waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | null = null;

  function catchUp(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const due = waiting;
    waiting = [];
    for (const work of due) {
      try {
        work();
      } catch (error) {
        log.error({ err: error }, 'what follows the end of a session has failed');
      }
    }
  }

  return {
    tell: (tellAll) => {
      telling = true;
      try {
        tellAll();
      } finally {
        telling = false;
      }
    },
    thereafter: (work) => {
      if (!telling) return work();
      waiting.push(work);
      timer ??= setTimeout(catchUp, momentMs * (1 + Math.random()));
    },
    catchUp,
  };
}
