import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hash } from '@node-rs/argon2';
import pg from 'pg';
import {
  insertCredential,
  insertEntry,
  insertServer,
  type TestEntry,
  type TestServer,
} from '../../smtp-worker/src/testing/whitelist-rows.ts';
import { password, username } from '../fuzz/grammar.ts';
import type { NextHop } from './next-hop.ts';
import { type NodeProcess, newNodeProcess } from './node-process.ts';

/** Clients whose addresses begin so are whitelisted, those of the second network are not. */
const listedNetwork = '11.0.0.0/8';
const strangers = '12.';

export function listedAddress(number: number): string {
  return `11.${addressTail(number)}`;
}

export function strangeAddress(number: number): string {
  return `${strangers}${addressTail(number)}`;
}

function addressTail(number: number): string {
  return `${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}

export type Scene = {
  readonly node: NodeProcess;
  readonly server: TestServer;
  readonly entry: string;
  readonly pool: pg.Pool;
  readonly folder: string;
};

export type SceneOptions = {
  databaseUrl: string;
  /** where the node hands on; without it, to its Maildir */
  nextHop?: (() => Promise<NextHop>) | null;
  settings?: Record<string, string>;
  entry?: TestEntry;
};

/** A started node, an account whose network is whitelisted and who may sign in, and a next hop in this process. */
export async function onScene<Value>(
  { databaseUrl, nextHop = null, settings = {}, entry = {} }: SceneOptions,
  play: (scene: Scene) => Promise<Value>,
): Promise<Value> {
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-endurance-'));
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  // A database that is killed takes its idle connections with it.
  pool.on('error', () => {});
  const hop: NextHop | null = nextHop === null ? null : await nextHop();
  const server = await insertServer(pool, 'acme');
  await insertCredential(pool, server, username, await hash(password, { memoryCost: 64, timeCost: 1 }));
  const entryId = await insertEntry(pool, server, listedNetwork, { messagesPerHour: 10_000_000, ...entry });
  const node = await newNodeProcess(databaseUrl, folder, {
    ...(hop === null ? {} : { SMTP_NEXT_HOP: `smtp://127.0.0.1:${hop.port}` }),
    ...settings,
  });
  try {
    await node.start();
    return await play({ node, server, entry: entryId, pool, folder });
  } finally {
    await node.stop();
    await hop?.close();
    await pool.end();
    await rm(folder, { recursive: true, force: true });
  }
}
