import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const RECONNECT_MS = 1000;

/**
 * Calls `onNudge` for each notification on the channels, and once for every channel after each (re)connection, since
 * something may have happened meanwhile. Resolves when it listens for the first time.
 */
export async function listenForNudges(options: {
  databaseUrl: string;
  channels: readonly string[];
  onNudge: (channel: string) => void;
  onError: (error: unknown) => void;
}): Promise<{ stop: () => Promise<void> }> {
  const { databaseUrl, channels, onNudge, onError } = options;
  const stopping = new AbortController();
  let client: pg.Client;
  let lost: Promise<void>;

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'postern jobs listen',
      keepAlive: true,
    });
    lost = new Promise((resolve) => next.once('end', () => resolve()));
    next.on('error', onError);
    next.on('notification', ({ channel }) => onNudge(channel));
    await next.connect();
    for (const channel of channels) await next.query(`listen ${next.escapeIdentifier(channel)}`);
    client = next;
    for (const channel of channels) onNudge(channel);
  }

  async function keepListening(): Promise<void> {
    for (;;) {
      await lost;
      while (!stopping.signal.aborted) {
        const connected = await connect().then(() => true, onError);
        if (connected) break;
        await delay(RECONNECT_MS, undefined, { signal: stopping.signal }).catch(() => {});
      }
      if (stopping.signal.aborted) return;
    }
  }

  await connect();
  const kept = keepListening();
  return {
    stop: async () => {
      stopping.abort();
      await client.end();
      await kept;
    },
  };
}
