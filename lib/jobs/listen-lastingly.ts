import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export type LastingListener = {
  /** Resolves when it listens for the first time. */
  readonly listening: Promise<void>;
  readonly close: () => Promise<void>;
};

const RETRY_MS = 1_000;
const CONNECT_MS = 10_000;
/** Nothing is asked on this connection: left to itself, TCP asks after two hours whether there is still somebody. */
const KEEP_ALIVE_MS = 10_000;

/**
 * Calls `onNudge` for each notification on the channels, and once for every channel after each (re)connection, since
 * something may have happened meanwhile. A database that is away is tried again for as long as it takes: whoever waits for
 * nudges has a timer too.
 */
export function listenLastingly(options: {
  databaseUrl: string;
  applicationName: string;
  channels: readonly string[];
  onNudge: (channel: string) => void;
  onError: (error: unknown) => void;
}): LastingListener {
  const { channels, onNudge, onError } = options;
  const stopping = new AbortController();
  const first = Promise.withResolvers<void>();
  let client: pg.Client | null = null;

  async function listen(): Promise<void> {
    while (!stopping.signal.aborted) {
      const next = new pg.Client({
        connectionString: options.databaseUrl,
        application_name: options.applicationName,
        connectionTimeoutMillis: CONNECT_MS,
        keepAlive: true,
        keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      });
      const lost = new Promise<void>((resolve) => next.once('end', () => resolve()));
      next.on('error', onError);
      next.on('notification', ({ channel }) => onNudge(channel));
      try {
        await next.connect();
        client = next;
        if (stopping.signal.aborted) return await next.end();
        for (const channel of channels) await next.query(`listen ${next.escapeIdentifier(channel)}`);
        first.resolve();
        for (const channel of channels) onNudge(channel);
        await lost;
      } catch (error) {
        if (!stopping.signal.aborted) onError(error);
        await next.end().catch(() => {});
      }
      client = null;
      await delay(RETRY_MS, null, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = listen();
  return {
    listening: first.promise,
    close: async () => {
      stopping.abort();
      await client?.end().catch(() => {});
      await running;
    },
  };
}
