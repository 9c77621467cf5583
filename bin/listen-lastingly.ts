import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export type LastingListener = { close: () => Promise<void> };

const retryMs = 1_000;
const connectMs = 10_000;

/**
 * Calls `onNudge` for each notification of a channel, and after each (re)connection, since something may have happened
 * meanwhile. A database that is away is tried again for as long as it takes: whoever waits for nudges has a timer too.
 */
export function listenLastingly(options: {
  databaseUrl: string;
  channel: string;
  applicationName: string;
  onNudge: () => void;
}): LastingListener {
  const stopping = new AbortController();
  let client: pg.Client | null = null;

  async function listen(): Promise<void> {
    while (!stopping.signal.aborted) {
      const next = new pg.Client({
        connectionString: options.databaseUrl,
        application_name: options.applicationName,
        connectionTimeoutMillis: connectMs,
        keepAlive: true,
      });
      const lost = new Promise<void>((resolve) => next.once('end', () => resolve()));
      next.on('error', () => {});
      next.on('notification', () => options.onNudge());
      try {
        await next.connect();
        client = next;
        if (stopping.signal.aborted) await next.end();
        else await next.query(`listen ${next.escapeIdentifier(options.channel)}`);
        options.onNudge();
        await lost;
      } catch {
        await next.end().catch(() => {});
      }
      client = null;
      await delay(retryMs, null, { signal: stopping.signal }).catch(() => {});
    }
  }

  const listening = listen();
  return {
    close: async () => {
      stopping.abort();
      await client?.end();
      await listening;
    },
  };
}
