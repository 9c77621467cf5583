import { rmSync } from 'node:fs';
import { chmod, mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const MEMORY = '/dev/shm';
const ROOM_BYTES = 4 * 1024 ** 3;

/**
 * A folder for everything that tests leave behind, gone with this process: in memory where there is plenty, for each
 * database of a test is a thousand small files.
 */
export async function makeTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join((await hasRoom()) ? MEMORY : tmpdir(), 'postern-tests-'));
  // Like any such folder it is for everybody: PostgreSQL and Postfix have users of their own.
  await chmod(folder, 0o1777);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  return folder;
}

async function hasRoom(): Promise<boolean> {
  if (process.availableMemory() < 2 * ROOM_BYTES) return false;
  return statfs(MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize >= ROOM_BYTES,
    () => false,
  );
}
