import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { alreadyRunning } from '../db/embedded.ts';
import { findProcess, identifyProcess } from '../db/process-identity.ts';

const POLL_MS = 100;

type Mark = { process: string; ending: boolean };

/**
 * Waits for a start on the same data directory that is just ending: npm returns before it has ended. One that still
 * serves is a reason not to start, in one sentence; null: the way is free.
 */
export async function awaitPreviousStart(
  dataDir: string,
  report: (message: string) => void,
): Promise<string | null> {
  for (let announced = false; ; announced = true) {
    const mark = await readMark(dataDir);
    const pid = mark === null ? null : await findProcess(mark.process);
    if (mark === null || pid === null || pid === process.pid) return null;
    if (!mark.ending) return alreadyRunning(dataDir, pid);
    if (!announced) report('Waiting for the previous start to end');
    await delay(POLL_MS);
  }
}

/** Leaves word for a later start that this process serves the data directory, or is about to end. */
export async function markStart(dataDir: string, ending: boolean): Promise<void> {
  const mark: Mark = { process: (await identifyProcess(process.pid)) ?? '', ending };
  const halfway = `${markFile(dataDir)}.${process.pid}`;
  await writeFile(halfway, JSON.stringify(mark));
  await rename(halfway, markFile(dataDir));
}

export async function clearMark(dataDir: string): Promise<void> {
  await rm(markFile(dataDir), { force: true });
}

async function readMark(dataDir: string): Promise<Mark | null> {
  const text = await readFile(markFile(dataDir), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Mark);
}

function markFile(dataDir: string): string {
  return path.join(dataDir, 'start.json');
}
