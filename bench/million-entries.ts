import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { onScene } from './scene.ts';

// A node that starts on a million entries: how long until it decides, and in how much memory.

const ENTRIES = 1_000_000;

export type MillionRow = {
  entries: number;
  seededSeconds: number;
  readySeconds: number;
  residentMiB: number;
};

export function benchMillionEntries(entries: number = ENTRIES): Promise<MillionRow> {
  return onScene(async ({ client, accountId, serverId, startNode }) => {
    const since = performance.now();
    // One address in four of 64.0.0.0 and up: all public space, none next to another.
    await client.query(
      `insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated, activated_at)
       select $1, $2, set_masklen('64.0.0.0'::inet + n::bigint * 4, 32)::cidr, 'active', 'bench', true, true, now()
       from generate_series(0, $3::integer - 1) n`,
      [accountId, serverId, entries],
    );
    await client.query('analyze entries');
    const seededSeconds = (performance.now() - since) / 1000;
    const node = await startNode();
    const status = await readFile(`/proc/${node.child.pid}/status`, 'utf8');
    const residentKiB = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    return {
      entries,
      seededSeconds: round(seededSeconds),
      readySeconds: round(node.readyAfterMs / 1000),
      residentMiB: Math.round(residentKiB / 1024),
    };
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  console.table([await benchMillionEntries()]);
