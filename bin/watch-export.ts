import { execFile } from 'node:child_process';
import { readFile, stat, utimes } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Database } from '../db/client.ts';
import { listRelayEntries } from '../db/queries/public-whitelist.ts';
import { type ExportFormat, type RelayEntry, writeExport } from '../lib/domain/mta-export.ts';
import { listenLastingly } from '../lib/jobs/listen-lastingly.ts';
import { writeAtomically } from './write-atomically.ts';

export type ExportKeeping = {
  database: Database;
  format: ExportFormat;
  file: string;
  /** Run by the shell after each change of the file. */
  command: string | null;
  staleMs: number;
  now: () => Date;
  /** One line for whoever keeps the output. */
  say: (line: string) => void;
};

const commandMs = 60_000;
const touchMs = 60_000;
/** Changes that follow one another this closely are one write and one reload. */
const foldMs = 50;
const run = promisify(execFile);

/**
 * Keeps a file as the whitelist is. The file's time is when the whitelist was last read, to the minute, also by a run
 * before this one: once that is longer ago than the bound, the file lets nobody in.
 * @returns what looks at the database once and does what follows from it
 */
export async function keepExport(keeping: ExportKeeping): Promise<() => Promise<void>> {
  const { file, format, command, now, say } = keeping;
  let freshMs = await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.NEGATIVE_INFINITY,
  );
  let touchedMs = freshMs;
  let entries: readonly RelayEntry[] = [];
  let failing = false;
  let stale = false;
  /** The MTA has not been told, or would not listen. */
  let untold = false;

  async function look(): Promise<void> {
    try {
      entries = await listRelayEntries(keeping.database, now());
      freshMs = now().getTime();
      if (failing) say('The whitelist can be read again.');
      failing = false;
      stale = false;
    } catch (error) {
      if (!failing) say(`The whitelist cannot be read: ${causeOf(error)}`);
      failing = true;
      const tooOld = now().getTime() - freshMs > keeping.staleMs;
      if (tooOld && !stale) say(`It has been so for too long: ${file} lets nobody in.`);
      stale = tooOld;
      if (!stale) return;
    }
    await put();
    if (untold) await tell();
  }

  async function put(): Promise<void> {
    const { text, entries: count, leftOut } = writeExport(format, entries, stale);
    const before = await readFile(file, 'utf8').catch(() => null);
    if (text !== before) {
      await writeAtomically(file, text);
      untold = command !== null;
      if (!stale) say(`${count} entries in force${leftOut === 0 ? '' : `, ${leftOut} left out`}.`);
    } else if (freshMs - touchedMs < touchMs) {
      return;
    }
    touchedMs = freshMs;
    if (Number.isFinite(freshMs)) await utimes(file, now(), freshMs / 1000);
  }

  async function tell(): Promise<void> {
    try {
      await run('/bin/sh', ['-c', command ?? ''], { timeout: commandMs });
      untold = false;
    } catch (error) {
      say(`The command has failed, and is tried again: ${causeOf(error)}`);
    }
  }

  return look;
}

export type WatchExport = ExportKeeping & { databaseUrl: string; pollMs: number; signal: AbortSignal };

/** Until the signal. A nudge of the database only makes it look at once: what it reads every few seconds is what counts. */
export async function watchExport(watch: WatchExport): Promise<void> {
  const { signal } = watch;
  const look = await keepExport(watch);
  let wake = Promise.withResolvers<void>();
  const listening = listenLastingly({
    databaseUrl: watch.databaseUrl,
    applicationName: 'postern export',
    channels: ['whitelist'],
    onNudge: () => wake.resolve(),
    // Each look tells by itself that the database is away.
    onError: () => {},
  });
  signal.addEventListener('abort', () => wake.resolve(), { once: true });
  while (!signal.aborted) {
    wake = Promise.withResolvers();
    await look();
    const timer = new AbortController();
    await Promise.race([wake.promise, delay(watch.pollMs, null, timer).catch(() => {})]);
    timer.abort();
    if (!signal.aborted) await delay(foldMs);
  }
  await listening.close();
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
}
