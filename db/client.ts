import type { Socket } from 'node:net';
import { drizzle, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import pg from 'pg';
import * as schema from './schema.ts';

const DEFAULT_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000;
/** Longer than any statement of portal and jobs takes: an account of a hundred thousand entries is closed by one. */
export const LONGEST_SILENCE_MS = 120_000;

const { INT8, TIMESTAMPTZ } = pg.types.builtins;

/** The database or a transaction of it: what queries and operations take as their first argument. */
export type Database = PgDatabase<NodePgQueryResultHKT, typeof schema>;

export type DatabaseConnection = {
  database: Database;
  pool: pg.Pool;
  /** Waits for the queries in flight, then closes every connection. */
  close: () => Promise<void>;
};

export type DatabaseOptions = {
  /** Most connections at once. */
  max?: number;
  /** Shown in `pg_stat_activity`. */
  applicationName?: string;
  /**
   * A connection on which nothing has come or gone for this long is given up, with the transaction on it: TCP would hope
   * for a quarter of an hour, and for ever where something on the way still acknowledges. Left out, as where a person
   * waits: never.
   */
  silenceMs?: number;
};

/** Connects lazily: an unreachable server shows at the first query, not here. */
export function createDatabase(databaseUrl: string, options: DatabaseOptions = {}): DatabaseConnection {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    Client: PosternClient,
    max: options.max ?? DEFAULT_CONNECTIONS,
    application_name: options.applicationName ?? 'postern',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
  });
  // An idle connection that the server closes is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    // So would one that breaks within a transaction: its statement fails, and the connection says so besides.
    client.on('error', () => {});
    if (options.silenceMs !== undefined) giveUpSilent(client as pg.Client, options.silenceMs);
  });
  return { database: drizzle({ client: pool, schema }), pool, close: () => pool.end() };
}

/** Not by a timeout of pg's own: it ends the query alone, and what comes next waits behind it on the same connection. */
function giveUpSilent({ connection }: pg.Client, silenceMs: number): void {
  const silent = new Error('Connection terminated: the database no longer answers');
  // Whatever carries it, TCP, TLS or a local socket, is one of these.
  const stream = connection.stream as Socket;
  stream.setTimeout(silenceMs, () => stream.destroy(silent));
}

/** Revisions and counts are `int8`: a JavaScript number is exact below 2^53, and beyond that this throws. */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond what a number holds exactly`);
  return value;
}

const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return parseInt8;
    return pg.types.getTypeParser(oid, format ?? 'text');
  }) as typeof pg.types.getTypeParser,
};

type QueryTypes = { types?: pg.CustomTypesConfig };

/**
 * Drizzle gives its own type parsers with each query, which leave a `timestamptz` as text wherever no column says
 * otherwise (raw SQL). Here the same value has the same type however it was asked for: `timestamptz` is a Date,
 * `int8` a number.
 */
class PosternClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: pg declares `query` by nine overloads; all are passed on untouched.
  override query(...parameters: any[]): any {
    const [first, ...rest] = parameters;
    const query = typeof first === 'string' ? { text: first } : first;
    // A cursor or a COPY stream submits itself and brings no result rows to parse here.
    if (typeof query?.submit === 'function') return super.query(query, ...(rest as []));
    return super.query({ ...query, types: withOurTypes(query) }, ...(rest as []));
  }
}

function withOurTypes(query: QueryTypes): pg.CustomTypesConfig {
  const theirs = query.types;
  if (theirs === undefined) return typeParsers;
  return {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === INT8 || oid === TIMESTAMPTZ
        ? typeParsers.getTypeParser(oid, format ?? 'text')
        : theirs.getTypeParser(oid, format ?? 'text')) as typeof pg.types.getTypeParser,
  };
}
