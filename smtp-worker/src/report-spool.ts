import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { NodeReport } from '../../db/queries/node.ts';

/** Reports on this node's disk, one a file: what the database could not take yet, and must not be lost by a restart. */
export type ReportSpool = {
  /** Answers once it outlives this process. */
  readonly keep: (report: NodeReport) => Promise<void>;
  /** @returns null for one that cannot be read */
  readonly read: (id: string) => Promise<NodeReport | null>;
  readonly forget: (id: string) => Promise<void>;
  /** Ids of all that are kept, oldest first. */
  readonly list: () => Promise<string[]>;
};

const ending = '.json';

/** @param node its name: nodes that share a data directory do not take one another's reports */
export function openReportSpool(dataDir: string, node: string): ReportSpool {
  const folder = path.join(dataDir, 'reports', encodeURIComponent(node).replaceAll('.', '%2E'));
  /** Names begin with the time, so that they sort; the id is all that is asked for. */
  const files = new Map<string, string>();

  async function keep(report: NodeReport): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = `${String(Date.now()).padStart(14, '0')}-${report.id}${ending}`;
    const draft = path.join(folder, `${name}.tmp`);
    try {
      const file = await open(draft, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify(report));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path.join(folder, name));
    } catch (error) {
      // On a disk that is full, the next try would leave another one.
      await unlink(draft).catch(() => {});
      throw error;
    }
    files.set(report.id, name);
  }

  async function read(id: string): Promise<NodeReport | null> {
    const name = files.get(id);
    if (name === undefined) return null;
    try {
      const { kind, payload } = JSON.parse(await readFile(path.join(folder, name), 'utf8'));
      return payload == null ? null : { id, kind: String(kind), payload };
    } catch {
      return null;
    }
  }

  async function forget(id: string): Promise<void> {
    const name = files.get(id);
    if (name === undefined) return;
    files.delete(id);
    await unlink(path.join(folder, name)).catch(ignoreMissing);
  }

  async function list(): Promise<string[]> {
    const names = await readdir(folder).catch(ignoreMissing);
    for (const name of (names ?? []).filter((one) => one.endsWith(ending)).sort()) {
      files.set(name.slice(name.indexOf('-') + 1, -ending.length), name);
    }
    return [...files.keys()];
  }

  return { keep, read, forget, list };
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
