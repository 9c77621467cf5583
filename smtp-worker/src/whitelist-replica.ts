import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import {
  type NodeClock,
  type NodeDelta,
  prepareNodeListener,
  prepareNodeReader,
  readConfirmations,
  readNodeDelta,
  readNodePolicy,
  readNodeRevision,
  readNodeSnapshot,
  writeNodeHeartbeat,
} from '../../db/queries/node.ts';
import { clocksDiffer } from '../../lib/domain/clocks-differ.ts';
import { atMost } from './at-most.ts';
import { keepConnected } from './lasting-connection.ts';
import { openAnnouncedEnds } from './whitelist/announced-ends.ts';
import { heldBackEntries, holdBackEnded, releaseHeldBack } from './whitelist/barred-entries.ts';
import { type Copy, newCopyKeeper } from './whitelist/copy-keeper.ts';
import {
  newDirectory,
  putCredentials,
  putServers,
  revivedCredentials,
  serverOf,
} from './whitelist/directory.ts';
import { applyEntries, finishLoad, loadEntries, newEntryTable } from './whitelist/entry-table.ts';
import type { ReplicaOptions, WhitelistReplica } from './whitelist/replica-types.ts';
import { newStalenessLog } from './whitelist/staleness-log.ts';

/** Deltas are read this often without any nudge, and the heartbeat is written. */
const pollMs = 5_000;
/** After a nudge was followed, what comes within this time is folded into one more query. */
const foldMs = 2;
/** How long a streaming replica is asked again for what the primary has announced. */
const catchUpMs = 10_000;

/** Once this node stops, what was asked is waited for no longer than this. */
const lastAnswerMs = 1_000;

const mostHeldBackTold = 500;
const mostRevivedNamed = 500;

/** Keeps the node's copy of the whitelist: one snapshot, then deltas, for as long as the process lives. */
export function openReplica(options: ReplicaOptions): WhitelistReplica {
  const { log } = options;
  const copy: Copy = {
    table: newEntryTable(),
    directory: newDirectory(),
    clock: null,
    heartbeatAt: Number.NEGATIVE_INFINITY,
  };
  const keeper = newCopyKeeper(copy, options.disk ?? null, log);
  const loaded = Promise.withResolvers<void>();
  const stopping = new AbortController();
  let wanted = Promise.withResolvers<void>();
  let nudgedAt = 0;
  let beating = false;
  let asking: Promise<unknown> = Promise.resolve();
  let unreachable = false;
  let wasLost = false;
  const ageMs = () => performance.now() - copy.heartbeatAt;
  const copyTooOld = () => ageMs() > options.stalenessMs;
  const ageSeconds = () => ageMs() / 1000;
  const tellStaleness = newStalenessLog({ copyTooOld, ageSeconds }, log);

  function compareClocks(database: Date): void {
    const here = new Date();
    if (clocksDiffer(here, database))
      log.error({ here, database }, 'the clock here is not that of the database: one of them has to be set');
  }

  function nudge(): void {
    if (nudgedAt === 0) nudgedAt = performance.now();
    wanted.resolve();
  }

  const ends = openAnnouncedEnds({
    table: () => copy.table,
    onClosed: (closed) => {
      options.onEnded(closed.map(({ row }) => row));
      keeper.keep({ closed: closed.map(({ entryId, closing }) => ({ entryId, closing })) });
    },
    onReopened: (reopened) => keeper.keep({ reopened }),
    onConfirm: nudge,
    log,
  });

  const primary = keepConnected({
    url: options.databaseUrl,
    applicationName: `postern-smtp ${options.node}`,
    prepare: async (client) => {
      client.on('notification', ({ channel, payload = '' }) => {
        if (channel === 'whitelist_ended') return ends.hear(payload);
        if (nudgedAt === 0) nudgedAt = performance.now();
        if (!ends.cover()) nudge();
      });
      compareClocks(await prepareNodeListener(client));
    },
    onConnected: () => {
      if (wasLost) log.info('the database can be reached again');
      nudge();
      // Where every node was down for long, the first one back must not defer until the next beat would be due.
      void beat();
    },
    onLost: (error) => {
      wasLost = true;
      log.warn({ reason: error.message }, 'the database cannot be reached');
    },
  });
  // Reading has a connection of its own: a heartbeat written into its read-only snapshot would end that snapshot, and
  // one that waits behind it would be late.
  const reader = keepConnected({
    url: options.replicaUrl ?? options.databaseUrl,
    applicationName: `postern-smtp ${options.node}`,
    prepare: prepareNodeReader,
    onConnected: nudge,
    onLost: (error) => {
      unreachable = true;
      if (copy.clock !== null) loaded.resolve();
      if (options.replicaUrl !== null)
        log.warn({ reason: error.message }, 'the streaming replica cannot be reached');
    },
  });

  const timer = setInterval(() => {
    tellStaleness();
    void beat();
  }, options.pollMs ?? pollMs);
  timer.unref();
  const running = run();

  async function run(): Promise<void> {
    await startFromDisk();
    while (!stopping.signal.aborted) {
      await wanted.promise;
      wanted = Promise.withResolvers();
      const since = nudgedAt || performance.now();
      nudgedAt = 0;
      try {
        const heard = ends.heard();
        if (await follow(since)) ends.reopen(heard);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        log.warn({ reason }, 'the whitelist could not be read');
      }
      await delay(foldMs);
    }
  }

  async function startFromDisk(): Promise<void> {
    if (!(await keeper.restore())) return;
    ends.recover(copy.table);
    ends.carryOver(copy.table);
    options.onHeartbeat?.(copy.heartbeatAt);
    options.onReloaded();
    if (unreachable) loaded.resolve();
  }

  /** One statement at a time on that connection. */
  async function onPrimary<Value>(work: (client: ClientBase) => Promise<Value>): Promise<Value | null> {
    const turn = asking
      .catch(() => {})
      .then(() => {
        const client = primary.client();
        return client === null ? null : work(client);
      });
    asking = turn;
    return turn;
  }

  async function beat(): Promise<void> {
    if (beating) return;
    beating = true;
    try {
      await onPrimary(writeNodeHeartbeat);
    } catch (error) {
      log.warn({ reason: String(error) }, 'the heartbeat could not be written');
    }
    await readPolicy();
    beating = false;
    nudge();
  }

  async function readPolicy(): Promise<void> {
    try {
      await onPrimary(async (client) => options.onPolicy?.(await readNodePolicy(client)));
    } catch (error) {
      if (!stopping.signal.aborted) log.warn({ reason: String(error) }, 'the policy could not be read');
    }
  }

  /** @returns whether the copy is now as the database was when this began, or later */
  async function follow(since: number): Promise<boolean> {
    if (options.replicaUrl === null) return sync(reader.client(), since);
    const wantedRevision = await onPrimary(readNodeRevision);
    const deadline = performance.now() + catchUpMs;
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 100)) {
      const read = await sync(reader.client(), since);
      if (stopping.signal.aborted || reader.client() === null) return false;
      if ((copy.clock?.revision ?? 0) >= (wantedRevision ?? 0)) return read && wantedRevision !== null;
      if (performance.now() > deadline) return false;
      await delay(pauseMs);
    }
  }

  /** @returns whether it has read what the database holds, or at least what that standby does */
  async function sync(client: ClientBase | null, since: number): Promise<boolean> {
    if (client === null) return false;
    if (copy.clock === null) return load(client, since);
    const delta = await readNodeDelta(client, copy.clock.revision);
    const { clock } = delta;
    const otherGeneration = clock.generation !== copy.clock.generation;
    if (otherGeneration || clock.revision < copy.clock.revision) {
      // A standby that is behind has not seen yet what we have: it proves nothing, its heartbeat neither.
      if (clock.standby && !otherGeneration) return false;
      const seen = { generation: clock.generation, revision: clock.revision };
      log.error({ known: copy.clock, seen }, 'the database was restored: the whitelist is loaded anew');
      return load(client, since);
    }
    apply(delta, since);
    if (copy.table.heldBack.size === 0) return true;
    const confirmed = releaseHeldBack(copy.table, await readConfirmations(client, clock.generation));
    if (confirmed.length === 0) return true;
    log.warn({ confirmed: confirmed.length }, 'staff have let in again what was held back');
    keeper.keep({ confirmed });
    tellEnforced(since);
    return true;
  }

  function apply({ clock, entries, servers, credentials }: NodeDelta, since: number): void {
    const { table, directory } = copy;
    const foreseen = servers.length + credentials.length === 0 ? ends.foreseen(entries) : null;
    if (servers.length > 0 || credentials.length > 0) options.onDirectory?.(servers, credentials);
    putServers(directory, servers, options.loginLimits);
    const changed = putCredentials(directory, credentials);
    if (changed.length > 0) options.onCredentialsChanged(changed);
    const ended = applyEntries(table, entries, (serverId) => serverOf(directory, serverId));
    ends.carryOver(table);
    if (entries.length > 0) options.onApplied?.();
    if (ended.length > 0) options.onEnded(ended);
    const advanced = clock.revision !== copy.clock?.revision;
    moveTo(clock);
    keeper.keep(
      entries.length + servers.length + credentials.length > 0 ? { entries, servers, credentials } : {},
    );
    loaded.resolve();
    if (!advanced) return;
    if (foreseen === null) tellEnforced(since);
    else tellEnforced(foreseen.announcedAt, foreseen.enforcedAt);
  }

  async function load(client: ClientBase, since: number): Promise<boolean> {
    const table = newEntryTable();
    const directory = newDirectory();
    const started = performance.now();
    const clock = await readNodeSnapshot(client, {
      servers: (rows) => putServers(directory, rows, options.loginLimits),
      credentials: (rows) => putCredentials(directory, rows),
      entries: (rows) => loadEntries(table, rows, (serverId) => serverOf(directory, serverId)),
    });
    finishLoad(table);
    ends.carryOver(table);
    if (copy.clock !== null) {
      const heldBack = holdBackEnded(table, copy.table);
      if (heldBack > 0)
        log.error({ heldBack }, 'entries known as ended stay refused until staff confirm them');
      const revived = revivedCredentials(directory, copy.directory);
      if (revived.length > 0)
        log.error(
          { credentials: revived.length, usernames: revived.slice(0, mostRevivedNamed) },
          'credentials that had ended or changed are good again as they were: end or change them once more',
        );
    }
    copy.table = table;
    copy.directory = directory;
    moveTo(clock);
    const milliseconds = Math.round(performance.now() - started);
    log.info({ revision: clock.revision, entries: table.inForce, milliseconds }, 'the whitelist is loaded');
    options.onReloaded();
    keeper.save();
    loaded.resolve();
    tellEnforced(since);
    return true;
  }

  function moveTo({ generation, revision, heartbeatAgeMs }: NodeClock): void {
    copy.clock = { generation, revision };
    copy.heartbeatAt = Math.max(copy.heartbeatAt, performance.now() - Math.max(0, heartbeatAgeMs));
    options.onHeartbeat?.(copy.heartbeatAt);
  }

  function tellEnforced(since: number, at = performance.now()): void {
    if (copy.clock === null) return;
    options.onEnforced({
      ...copy.clock,
      entries: copy.table.inForce,
      checksum: copy.table.checksum,
      heldBack: {
        count: copy.table.heldBack.size,
        entries: heldBackEntries(copy.table, mostHeldBackTold),
      },
      milliseconds: Math.round((at - since) * 10) / 10,
      agoMs: performance.now() - at,
    });
  }

  return {
    table: () => copy.table,
    directory: () => copy.directory,
    copyTooOld,
    ageSeconds,
    heartbeatAt: () => copy.heartbeatAt,
    revision: () => copy.clock?.revision ?? 0,
    onPrimary,
    loaded: loaded.promise,
    close: async () => {
      stopping.abort();
      clearInterval(timer);
      wanted.resolve();
      await atMost(lastAnswerMs, Promise.allSettled([running, asking]));
      // What has not been answered by now fails with its connection.
      await atMost(lastAnswerMs, Promise.all([primary.close(), reader.close()]));
      await running;
      // Nothing is heard any more.
      ends.close();
      await keeper.close();
    },
  };
}
