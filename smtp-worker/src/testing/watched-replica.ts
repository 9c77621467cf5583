import { expect, vi } from 'vitest';
import type { TestDatabase } from '../../../db/testing.ts';
import { standingOf } from '../whitelist/entry-table.ts';
import type { Enforced, ReplicaOptions, WhitelistReplica } from '../whitelist/replica-types.ts';
import { openReplica } from '../whitelist-replica.ts';
import { silentLog } from './silent-log.ts';

export type Watched = {
  replica: WhitelistReplica;
  ended: number[];
  changedCredentials: string[];
  reloads: number;
  lines: ReturnType<typeof silentLog>['lines'];
  /** Whether it was said that the copy may be decided on. */
  loaded: boolean;
  /** Resolves once the revision that the database has now is enforced. */
  caughtUp: () => Promise<Enforced>;
  /** Resolves once what is enforced is so, which may be at once. */
  until: (wanted: (enforced: Enforced) => boolean) => Promise<Enforced>;
};

/** A replica, and all that it says; not waited for until it has loaded anything. */
export function watchReplica(
  database: TestDatabase,
  options: Partial<ReplicaOptions> = {},
  onReloaded: (watched: Watched) => void = () => {},
): Watched {
  const { log, lines } = silentLog();
  let latest: Enforced | null = null;
  let wake = Promise.withResolvers<void>();
  const watched: Watched = {
    replica: openReplica({
      databaseUrl: database.url,
      replicaUrl: null,
      node: 'node-1',
      stalenessMs: 900_000,
      loginLimits: { recipientsPerMessage: 100, messageBytes: 1000 },
      log,
      onEnded: (rows) => watched.ended.push(...rows),
      onReloaded: () => {
        watched.reloads += 1;
        onReloaded(watched);
      },
      onCredentialsChanged: (ids) => watched.changedCredentials.push(...ids),
      onEnforced: (enforced) => {
        latest = enforced;
        wake.resolve();
        wake = Promise.withResolvers();
      },
      ...options,
    }),
    ended: [],
    changedCredentials: [],
    reloads: 0,
    lines,
    loaded: false,
    until: async (wanted) => {
      while (latest === null || !wanted(latest)) await wake.promise;
      return latest;
    },
    caughtUp: async () => {
      const { rows } = await database.pool.query('select revision, generation from node_clock');
      const [{ revision, generation }] = rows;
      return watched.until((enforced) => enforced.revision >= revision && enforced.generation === generation);
    },
  };
  void watched.replica.loaded.then(() => {
    watched.loaded = true;
  });
  return watched;
}

/** Resolves once it is connected to the primary, and listens. */
export async function isConnected({ replica }: Watched): Promise<void> {
  await expect.poll(() => replica.onPrimary(async () => 'here')).toBe('here');
}

/** Resolves once it has loaded and listens: it may have read before, and what is announced before that is not heard. */
export async function listens(watched: Watched): Promise<void> {
  await watched.replica.loaded;
  await isConnected(watched);
}

export const standing = ({ replica }: Watched, address: string) =>
  standingOf(replica.table(), address, Date.now()).standing;

export const becomes = (watched: Watched, address: string, wanted: string) =>
  vi.waitFor(() => expect(standing(watched, address)).toBe(wanted), { timeout: 10_000, interval: 5 });

/** Nobody reads what has changed until it is over. */
export async function whileNobodyReads(database: TestDatabase, work: () => Promise<void>): Promise<void> {
  const blocker = await database.pool.connect();
  try {
    await blocker.query('begin');
    await blocker.query('lock table whitelist_heartbeat in access exclusive mode');
    await work();
  } finally {
    await blocker.query('rollback');
    blocker.release();
  }
}
