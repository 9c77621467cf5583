import { cpus } from 'node:os';
import { benchRechecks } from './rechecks.ts';
import { benchRemovalLatency } from './removal-latency.ts';
import { benchMillionEntries } from './smtp-million-entries.ts';
import { benchThroughput } from './throughput.ts';
import { benchWhitelistIndex, formatIndexRows } from './whitelist-index.ts';

// `npm run bench`: every measurement, or those that are named: `npm run bench -- removal`.

const measurements: Record<string, { what: string; run: () => Promise<void> }> = {
  index: {
    what: 'Look-ups in the whitelist index beside mmdb-lib, net.BlockList and ipaddr.js',
    run: async () => console.log(formatIndexRows(benchWhitelistIndex())),
  },
  throughput: {
    what: 'Messages a second and processor time beside Postfix, HAProxy, nginx, smtp-server and Haraka',
    run: async () => console.log(await benchThroughput()),
  },
  removal: {
    what: 'From the COMMIT that removes an entry to 421 in an open session on each of ten nodes, idle and under pgbench, beside NOTIFY alone and COMMIT alone',
    run: async () => console.table(await benchRemovalLatency()),
  },
  rechecks: {
    what: 'Re-checks of 2,000 entries that are all due, by one jobs process, against slow and broken servers (6 minutes)',
    run: async () => console.table(await benchRechecks()),
  },
  million: {
    what: 'A node’s copy of a million entries: loading, memory, decisions, removals',
    run: async () => console.table([await benchMillionEntries()]),
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(measurements, name));
if (unknown.length > 0) {
  console.error(
    `There is no measurement "${unknown.join('", "')}". There are: ${Object.keys(measurements).join(', ')}`,
  );
  process.exit(2);
}
const machine = cpus();
console.log(`Node ${process.version}, ${machine.length} × ${machine[0]?.model ?? 'unknown processor'}`);
for (const [name, { what, run }] of Object.entries(measurements)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}: ${what}\n`);
  await run();
}
