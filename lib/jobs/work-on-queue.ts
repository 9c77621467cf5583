import type { PgBoss } from 'pg-boss';

const POLL_SECONDS = 2;
/** A new piece is told of at once; one that is tried again is not, and has to be found. */
const POLL_WHEN_NOTIFIED_SECONDS = 5;

export type Piece = { entryId: string };

/**
 * Starts that many workers on a queue of pieces. Each takes the next piece as soon as it is done with one: left to
 * itself, a worker of pg-boss would wait for its next poll in between.
 */
export async function workOnQueue(
  boss: PgBoss,
  queue: { name: string; concurrency: number },
  run: (piece: Piece) => Promise<void>,
): Promise<void> {
  for (let worker = 0; worker < queue.concurrency; worker += 1) {
    let id: string | undefined;
    const polling = {
      pollingIntervalSeconds: POLL_SECONDS,
      notifyPollingIntervalSeconds: POLL_WHEN_NOTIFIED_SECONDS,
    };
    id = await boss.work<Piece>(queue.name, polling, async (pieces) => {
      try {
        for (const { data } of pieces) await run(data);
      } finally {
        if (id !== undefined) boss.notifyWorker(id);
      }
    });
  }
}
