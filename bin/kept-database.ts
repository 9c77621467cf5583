import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedDatabase, startEmbedded } from '../db/embedded.ts';

const PAUSE_MS = 1000;

export type KeptDatabase = { url: string; stop: () => Promise<void> };

export type KeptDatabaseOutcome = { ok: true; database: KeptDatabase } | { ok: false; message: string };

/** Starts the embedded database and starts it again, on the same port, whenever it ends without having been asked. */
export async function keepEmbedded(options: {
  dataDir: string;
  report: (message: string) => void;
}): Promise<KeptDatabaseOutcome> {
  const { dataDir, report } = options;
  const log = createWriteStream(path.join(dataDir, 'logs', 'postgres.log'), { flags: 'a', mode: 0o600 });
  const start = () => startEmbedded({ dataDir, progress: report, log: (line) => log.write(`${line}\n`) });

  const first = await start();
  if (!first.ok) return first;
  let current: EmbeddedDatabase = first.database;
  const stopping = new AbortController();
  const kept = keepRunning();

  async function keepRunning(): Promise<void> {
    for (;;) {
      const end = await current.ended;
      if (stopping.signal.aborted) return;
      report(`The database has ended (${end}), starting it again`);
      const again = await start().catch((error) => ({ ok: false as const, message: String(error) }));
      if (again.ok) {
        current = again.database;
        if (stopping.signal.aborted) return current.stop();
        report('The database is back');
        continue;
      }
      report(again.message);
      await delay(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    await current.stop();
    await kept;
    log.end();
  }

  return { ok: true, database: { url: first.database.url, stop } };
}
