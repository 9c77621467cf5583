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
  /** A server that has not answered by then is gone, whatever TCP still hopes for. */
  answerWithinMs?: number;
};

const firstPauseMs = 100;
const longestPauseMs = 5_000;
const connectTimeoutMs = 5_000;
const answerWithinMs = 30_000;
const goodbyeMs = 1_000;

export function keepConnected(options: LastingConnectionOptions): LastingConnection {
  const withinMs = options.answerWithinMs ?? answerWithinMs;
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
      keepAlive: true,
    });
    let lost = false;
    // What breaks it is told more than once: to each query that waits, and to those who listen.
    const lose = (error: Error) => {
      if (lost) return;
      lost = true;
      if (current === client) current = null;
      client.end().catch(() => {});
      if (!closed) tryAgain(error);
    };
    client.on('error', lose);
    // A timeout of pg's own would end the query alone: the next ones would wait behind it, on the same connection.
    const ask: (...asked: unknown[]) => Promise<unknown> = client.query.bind(client);
    client.query = ((...asked: unknown[]) => {
      const answer = ask(...asked);
      const late = setTimeout(lose, withinMs, new Error('the database no longer answers'));
      answer.catch(() => {}).finally(() => clearTimeout(late));
      return answer;
    }) as typeof client.query;
    try {
      await client.connect();
      await options.prepare?.(client);
    } catch (error) {
      return lose(error instanceof Error ? error : new Error(String(error)));
    }
    if (lost) return;
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
    if (client === null) return;
    // A server that has fallen silent does not hang up either.
    const late = setTimeout(() => client.connection.stream.destroy(), goodbyeMs);
    await client.end().catch(() => {});
    clearTimeout(late);
  }

  return { client: () => current, close };
}
