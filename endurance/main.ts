import { cpus } from 'node:os';
import { runEngineFuzz, runNodeFuzz, runProxyHeaderFuzz } from './fuzz/run-fuzz.ts';
import { runKillToMaildir, runKillToNextHop } from './kill/run-kill.ts';
import { runOutage } from './outage/run-outage.ts';
import { runRude } from './rude/run-rude.ts';

// `npm run endurance -- NAME [COUNT] [SEED]`: what takes too long for every `npm test`. Each ends by itself, with exit
// code 1 where something was seen that must never happen.

type Trial = {
  what: string;
  /** what COUNT counts, and how many where none is named */
  counts: string;
  usual: number;
  run: (count: number, seed: number) => Promise<object>;
};

const trials: Record<string, Trial> = {
  fuzz: {
    what: 'Sessions made by chance, played to the session engine',
    counts: 'sessions',
    usual: 900_000,
    run: runEngineFuzz,
  },
  'fuzz-node': {
    what: 'The same sessions over sockets, to a real node with a real next hop',
    counts: 'sessions',
    usual: 100_000,
    run: runNodeFuzz,
  },
  'fuzz-proxy': {
    what: 'PROXY headers made by chance, read beside a second reader',
    counts: 'headers',
    usual: 1_000_000,
    run: runProxyHeaderFuzz,
  },
  kill: {
    what: 'Node, next hop and database killed again and again while messages are sent',
    counts: 'messages',
    usual: 1_000,
    run: runKillToNextHop,
  },
  'kill-maildir': {
    what: 'Node and database killed again and again, without a next hop',
    counts: 'messages',
    usual: 1_000,
    run: runKillToMaildir,
  },
  outage: {
    what: 'The database away under load',
    counts: 'seconds',
    usual: 600,
    run: runOutage,
  },
  rude: {
    what: 'Idle and trickling sockets beside 500 honest senders',
    counts: 'rude sockets',
    usual: 5_000,
    run: runRude,
  },
};

const [name = '', count, seed] = process.argv.slice(2);
const trial = Object.hasOwn(trials, name) ? trials[name] : undefined;
const numbers = [Number(count ?? trial?.usual), Number(seed ?? Date.now() % 1_000_000)];
if (trial === undefined || !numbers.every(Number.isSafeInteger)) {
  console.error('npm run endurance -- NAME [COUNT] [SEED], where NAME is one of');
  for (const [each, { what, counts, usual }] of Object.entries(trials)) {
    console.error(`  ${each.padEnd(14)}${what} (${usual} ${counts})`);
  }
  process.exit(2);
}
const machine = cpus();
console.log(`Node ${process.version}, ${machine.length} × ${machine[0]?.model ?? 'unknown processor'}`);
console.log(`${trial.what}: ${numbers[0]} ${trial.counts}, seed ${numbers[1]}`);
const since = performance.now();
try {
  console.table([await trial.run(numbers[0] ?? 0, numbers[1] ?? 0)]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
console.log(`${((performance.now() - since) / 1000).toFixed(0)} s`);
// Whatever a trial has left open must not keep a nightly run from ending.
process.exit();
