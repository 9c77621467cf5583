import { createHmac } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { NodeCredential, NodeEntry, NodeServer } from '../../../db/queries/node.ts';
import type { Closing } from './entry-rows.ts';

// What has changed since the copy on disk was written: a line for each change, in the order in which they came.

export type CopyClock = {
  generation: string;
  revision: number;
  /** on this machine's clock */
  heartbeatAt: number;
};

export type Change = {
  readonly clock: CopyClock;
  readonly entries?: readonly NodeEntry[];
  readonly servers?: readonly NodeServer[];
  readonly credentials?: readonly NodeCredential[];
  /** entries that staff have let in again after a restore */
  readonly confirmed?: readonly string[];
  /** entries that were announced as ended, which was not read yet */
  readonly closed?: readonly { readonly entryId: string; readonly closing: Closing }[];
  /** entries of which it was read that they have not */
  readonly reopened?: readonly string[];
};

export type Journal = {
  readonly ready: Promise<void>;
  readonly append: (change: Change) => void;
  readonly octets: () => number;
  readonly close: () => Promise<void>;
};

/**
 * What changes is written at once, so that a process that is killed knows of it; what was written within this time is
 * brought to stable storage together, for the machine that fails.
 */
const syncMs = 250;

/** Each line is sealed together with the seal of the line before: none can be taken out or put elsewhere. */
export function openJournal(file: string, key: Buffer, id: string, log: Logger): Journal {
  const opening = open(file, 'w', 0o600);
  const ready = opening.then(() => {});
  const closing = new AbortController();
  let seal = id;
  let octets = 0;
  let held = '';
  let broken = false;
  let writing = ready;
  let syncing = ready;
  let mustSync = false;
  writing.catch(() => {});

  async function write(): Promise<void> {
    const text = held;
    held = '';
    if (text === '' || broken) return;
    await (await opening).appendFile(text);
  }

  async function sync(): Promise<void> {
    await delay(syncMs, undefined, { signal: closing.signal }).catch(() => {});
    mustSync = false;
    await writing;
    if (!broken) await (await opening).datasync();
  }

  /** What follows a line that was not written could not be read: a new copy begins anew. */
  function fail(error: unknown): void {
    if (!broken) log.error({ reason: String(error) }, 'a change of the copy could not be kept on disk');
    broken = true;
    octets = Number.POSITIVE_INFINITY;
  }

  return {
    ready,
    append: (change) => {
      const text = JSON.stringify(change);
      seal = sealLine(key, seal, text);
      const line = `${seal} ${text}\n`;
      octets += line.length;
      if (held === '') writing = writing.then(write).catch(fail);
      held += line;
      if (mustSync || (change.entries === undefined && change.closed === undefined)) return;
      mustSync = true;
      syncing = syncing.then(sync).catch(fail);
    },
    octets: () => octets,
    close: async () => {
      closing.abort();
      await syncing.catch(() => {});
      await writing.catch(() => {});
      await opening.then((handle) => handle.close()).catch(() => {});
    },
  };
}

function sealLine(key: Buffer, before: string, text: string): string {
  return createHmac('sha256', key).update(`${before} ${text}`).digest('base64url');
}

/**
 * A last line without its end is what a crash leaves, and is passed over.
 * @returns how many changes were read
 * @throws Error where a whole line is not what was written: with it, an end may be missing
 */
export async function readChanges(
  file: string,
  key: Buffer,
  id: string,
  take: (change: Change) => void,
): Promise<number> {
  const text = await readFile(file, 'utf8');
  let before = id;
  let count = 0;
  for (const line of text.split('\n').slice(0, -1)) {
    const space = line.indexOf(' ');
    const [seal, change] = [line.slice(0, space), line.slice(space + 1)];
    if (seal !== sealLine(key, before, change))
      throw new Error(`line ${count + 1} of its changes is damaged`);
    take(JSON.parse(change));
    before = seal;
    count += 1;
  }
  return count;
}
