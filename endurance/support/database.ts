import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type EmbeddedDatabase, startEmbedded } from '../../db/embedded.ts';
import { findServer } from '../../db/embedded-server.ts';
import { migrate } from '../../db/migrate.ts';
import { isAlive } from '../../db/process-identity.ts';

const goneMs = 10;

/** A database of its own for one trial: it may be killed, and started again on the same data and port. */
export type TrialDatabase = {
  readonly url: string;
  readonly start: () => Promise<void>;
  /** Ends PostgreSQL at once, with `kill -9`: what it had given to the system is not lost. */
  readonly kill: () => Promise<void>;
};

/** @param durable what was committed survives a kill of the machine, not only of the process */
export async function onTrialDatabase<Value>(
  durable: boolean,
  play: (database: TrialDatabase) => Promise<Value>,
): Promise<Value> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'postern-endurance-db-'));
  // Root's PostgreSQL runs as somebody else, who must get in.
  await chmod(dataDir, 0o711);
  let running: EmbeddedDatabase | null = await start();

  async function start(): Promise<EmbeddedDatabase> {
    const outcome = await startEmbedded({ dataDir, durable });
    if (!outcome.ok) throw new Error(outcome.message);
    return outcome.database;
  }

  try {
    await migrate(running.url);
    return await play({
      url: running.url,
      start: async () => {
        running ??= await start();
      },
      kill: async () => {
        if (running === null) return;
        const { ended } = running;
        await killServer(running.directory);
        await ended;
        running = null;
      },
    });
  } finally {
    await running?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The postmaster and everybody whom it has started: nobody of them may finish anything. */
async function killServer(cluster: string): Promise<void> {
  const server = await findServer(cluster);
  if (server === null) throw new Error('the database does not run');
  const children = await readFile(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8');
  for (const pid of [server.pid, ...children.split(' ').filter(Boolean).map(Number)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // A backend that has just ended by itself.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  // Until the last of them is gone, its memory is in the way of the next server.
  while (children.split(' ').filter(Boolean).map(Number).some(isAlive)) await pause(goneMs);
}
