import { createHmac, type Hmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { endianness } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { NodeCredential } from '../../../db/queries/node.ts';
import { labelledKeys, type Secrets } from '../../../lib/secrets/keys.ts';
import { syncFolder } from '../sync-folder.ts';
import { closeEntry, releaseHeldBack, reopenEntry } from './barred-entries.ts';
import { type Change, type CopyClock, type Journal, openJournal, readChanges } from './change-journal.ts';
import {
  type Directory,
  type LoginLimits,
  newDirectory,
  putCredentials,
  putServers,
  type ServerFacts,
  serverOf,
} from './directory.ts';
import { rowOctets } from './entry-rows.ts';
import { applyEntries, type EntryTable, tableFrom } from './entry-table.ts';

// The copy as it lies on this node's disk, so that it starts without the database and knows after a restart what had
// ended before a restore. Two files: `copy`, everything as of one moment, and `changes-<id>`, a line for each change
// since. `copy` is written in pieces beside the work of the node, so rows may have changed while it was written; all
// of those changes stand in its `changes`, and applying them again is harmless.
//
// Both are sealed with a key derived from AUTH_SECRET: what is damaged, cut off, of another platform or put together
// by somebody else is not read. A last line that a crash cut off is left away.

export type KeptCopy = { clock: CopyClock; table: EntryTable; directory: Directory };

export type DiskCopy = {
  /** @returns null where there is none that can be used */
  readonly read: () => Promise<KeptCopy | null>;
  /** Keeps a change; one that changes more than the heartbeat is on stable storage a moment later. */
  readonly note: (change: Change) => void;
  /** Writes all of it anew. What changes meanwhile is not lost. */
  readonly write: (copy: KeptCopy) => Promise<void>;
  /** Octets of changes since `write`. */
  readonly changedOctets: () => number;
  readonly close: () => Promise<void>;
};

export type DiskCopyOptions = {
  folder: string;
  secrets: Secrets;
  loginLimits: LoginLimits;
  log: Logger;
  nowMs: () => number;
};

type Header = {
  id: string;
  order: 'LE' | 'BE';
  clock: CopyClock;
  rows: number;
  terms: number;
  servers: number;
  credentials: number;
  heldBack: number[];
};

const firstLine = 'postern copy 1\n';
const sealOctets = 32;
const pieceRows = 16_384;
const pieceLines = 500;
/** A heartbeat from the future was written by a clock that cannot be trusted. */
const mostAheadMs = 60_000;

export function openDiskCopy({ folder, secrets, loginLimits, log, nowMs }: DiskCopyOptions): DiskCopy {
  const keys = labelledKeys(secrets, 'node-copy').map(({ key }) => key);
  const [writingKey] = keys as [Buffer, ...Buffer[]];
  const copyFile = path.join(folder, 'copy');
  let changes: Journal | null = null;
  /** while a copy is being written: what changes belongs to both */
  let nextChanges: Journal | null = null;

  async function read(): Promise<KeptCopy | null> {
    let octets: Buffer;
    try {
      octets = await readFile(copyFile);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') complain(error);
      return null;
    }
    try {
      const key = keys.find((one) => isSealed(octets, one));
      if (key === undefined) throw new Error('its seal is broken, or of another AUTH_SECRET');
      const { header, copy } = unpack(octets.subarray(0, octets.length - sealOctets), loginLimits);
      const file = path.join(folder, `changes-${header.id}`);
      const applied = await readChanges(file, key, header.id, (change) => apply(copy, change, loginLimits));
      if (copy.clock.heartbeatAt - nowMs() > mostAheadMs) throw new Error('it was written in the future');
      log.info(
        { revision: copy.clock.revision, entries: copy.table.inForce, changes: applied },
        'the copy on disk is read',
      );
      return copy;
    } catch (error) {
      complain(error);
      return null;
    }
  }

  function complain(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    log.error({ reason }, 'the copy on disk cannot be used');
  }

  async function write(copy: KeptCopy): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const id = randomBytes(8).toString('hex');
    const next = openJournal(path.join(folder, `changes-${id}`), writingKey, id, log);
    const draft = path.join(folder, 'copy.tmp');
    nextChanges = next;
    try {
      await next.ready;
      await writeCopy(draft, id, copy, writingKey);
      await rename(draft, copyFile);
      await syncFolder(folder);
    } catch (error) {
      nextChanges = null;
      await next.close();
      throw error;
    }
    nextChanges = null;
    const before = changes;
    changes = next;
    await before?.close();
    // Those of copies before, also of ones that a crash left unfinished.
    for (const name of await readdir(folder)) {
      if (name.startsWith('changes-') && name !== `changes-${id}`)
        await rm(path.join(folder, name), { force: true });
    }
  }

  return {
    read,
    note: (change) => {
      changes?.append(change);
      nextChanges?.append(change);
    },
    write,
    changedOctets: () => changes?.octets() ?? Number.POSITIVE_INFINITY,
    close: async () => {
      await changes?.close();
      await nextChanges?.close();
    },
  };
}

function apply(copy: KeptCopy, change: Change, limits: LoginLimits): void {
  const { table, directory } = copy;
  putServers(directory, change.servers ?? [], limits);
  putCredentials(directory, change.credentials ?? []);
  applyEntries(table, change.entries ?? [], (serverId) => serverOf(directory, serverId));
  releaseHeldBack(table, change.confirmed ?? []);
  for (const { entryId, closing } of change.closed ?? []) closeEntry(table, entryId, closing);
  for (const entryId of change.reopened ?? []) reopenEntry(table, entryId);
  copy.clock = change.clock;
}

/** Writes in pieces, so that nobody waits for more than a few milliseconds. */
async function writeCopy(
  file: string,
  id: string,
  { clock, table, directory }: KeptCopy,
  key: Buffer,
): Promise<void> {
  const terms = [...table.termsByKey.keys()];
  const servers = [...directory.servers.keys()];
  const credentials = [...directory.credentials.values()];
  const header: Header = {
    id,
    order: endianness(),
    clock,
    rows: table.rows.count,
    terms: terms.length,
    servers: servers.length,
    credentials: credentials.length,
    heldBack: [...table.heldBack],
  };
  const handle = await open(file, 'w', 0o600);
  try {
    const seal = createHmac('sha256', key);
    const put = (octets: Buffer) => putSealed(handle, seal, octets);
    await put(Buffer.from(`${firstLine}${JSON.stringify(header)}\n`));
    for (let row = 0; row < header.rows; row += pieceRows) {
      const octets = Math.min(pieceRows, header.rows - row) * rowOctets;
      // A piece of its own: what is shared may change while it is written.
      await put(Buffer.from(new Uint8Array(table.rows.words.buffer, row * rowOctets, octets)));
      await nextTurn();
    }
    const putLines = async <Item>(items: readonly Item[], lineOf: (item: Item) => unknown) => {
      for (let from = 0; from < items.length; from += pieceLines) {
        const piece = items.slice(from, from + pieceLines);
        await put(Buffer.from(piece.map((item) => `${JSON.stringify(lineOf(item))}\n`).join('')));
        await nextTurn();
      }
    };
    await putLines(terms, (term) => term);
    await putLines(servers, (serverId) => serverLine(directory, serverId));
    await putLines(credentials, (credential) => credential);
    await handle.appendFile(seal.digest());
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function putSealed(handle: FileHandle, seal: Hmac, octets: Buffer): Promise<void> {
  seal.update(octets);
  await handle.appendFile(octets);
}

function serverLine(directory: Directory, serverId: string): ServerFacts | null {
  const server = directory.servers.get(serverId);
  if (server === undefined) return null;
  const { slug, scope } = server;
  return { serverId, slug, senderDomains: [...scope.senderDomains], mailNeeds: scope.needs };
}

function isSealed(octets: Buffer, key: Buffer): boolean {
  const body = octets.subarray(0, Math.max(0, octets.length - sealOctets));
  const seal = createHmac('sha256', key).update(body).digest();
  return octets.length > sealOctets && timingSafeEqual(seal, octets.subarray(body.length));
}

/** What is sealed was written by us; it is of another format at most. @throws Error in that case */
function unpack(octets: Buffer, limits: LoginLimits): { header: Header; copy: KeptCopy } {
  if (octets.subarray(0, firstLine.length).toString('latin1') !== firstLine)
    throw new Error('its format is another');
  const headerEnd = octets.indexOf('\n', firstLine.length);
  const header = JSON.parse(octets.subarray(firstLine.length, headerEnd).toString()) as Header;
  if (header.order !== endianness()) throw new Error('it was written on a machine of another kind');
  const rowsEnd = headerEnd + 1 + header.rows * rowOctets;
  const lines = octets.subarray(rowsEnd).toString().split('\n').slice(0, -1);
  if (lines.length !== header.terms + header.servers + header.credentials) throw new Error('it is cut off');
  const parsed = lines.map((line) => JSON.parse(line));
  const directory = newDirectory();
  const servers = parsed.slice(header.terms, header.terms + header.servers) as (ServerFacts | null)[];
  putServers(
    directory,
    servers.filter((server) => server !== null),
    limits,
  );
  putCredentials(directory, parsed.slice(header.terms + header.servers) as NodeCredential[]);
  const table = tableFrom({
    rows: octets.subarray(headerEnd + 1, rowsEnd),
    terms: parsed.slice(0, header.terms) as string[],
    heldBack: header.heldBack,
  });
  return { header, copy: { clock: header.clock, table, directory } };
}
