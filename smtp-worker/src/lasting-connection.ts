import pg from 'pg';

/** One connection that comes back by itself. */
export type LastingConnection = {
  /** null while there is none */
  readonly client: () => pg.Client | null;
  readonly close: () => Promise<void>;
};

export type LastingConnectionOptions = {
  url: string;
  applicationName: string;
  /** Called on each new connection before anybody else has it. */
  prepare?: (client: pg.Client) => Promise<void>;
  /** Called when `client` gives it. */
  onConnected: () => void;
  /** Called once for each loss, and for the first failure of a series. */
  onLost: (error: Error) => void;
};

const firstPauseMs = 100;
const longestPauseMs = 5_000;
const connectTimeoutMs = 5_000;
/** A server that no longer answers is gone, whatever TCP still hopes for. */
const queryTimeoutMs = 30_000;

export function keepConnected(options: LastingConnectionOptions): LastingConnection {
  let current: pg.Client | null = null;
  let closed = false;
  let pauseMs = firstPauseMs;
  let timer: NodeJS.Timeout | null = null;
  let connecting: Promise<void> = connect();

  async function connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: options.url,
      application_name: options.applicationName,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: queryTimeoutMs,
      keepAlive: true,
    });
    const lose = (error: Error) => {
      client.removeAllListeners('end');
      if (current === client) current = null;
      // An ended connection may still report what broke it; nobody is interested any more.
      client.on('error', () => {});
      client.end().catch(() => {});
      if (!closed) tryAgain(error);
    };
    client.once('error', lose);
    try {
      await client.connect();
      client.once('end', () => lose(new Error('the connection was closed')));
      await options.prepare?.(client);
    } catch (error) {
      client.removeListener('error', lose);
      lose(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (closed) return void (await client.end());
    current = client;
    pauseMs = firstPauseMs;
    options.onConnected();
  }

  function tryAgain(error: Error): void {
    if (pauseMs === firstPauseMs) options.onLost(error);
    timer = setTimeout(() => {
      connecting = connect();
    }, pauseMs);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }

  async function close(): Promise<void> {
    closed = true;
    if (timer !== null) clearTimeout(timer);
    await connecting;
    const client = current;
    current = null;
    client?.removeAllListeners('end');
    await client?.end().catch(() => {});
  }

  return { client: () => current, close };
}
