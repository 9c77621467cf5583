import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { writeHeapSnapshot } from 'node:v8';
import { openCredentialChecker } from '../auth/credential-checker.ts';
import { silentLog } from './silent-log.ts';

// Signs in twice with the password on standard input, and writes the heap into a file.

const [, , file, passwordHash = ''] = process.argv;
const costs: string[] = [];

const checker = openCredentialChecker({
  find: (username) => ({ credentialId: 'c1', serverId: 's1', username, passwordHash, state: 'usable' }),
  copyTooOld: () => false,
  knownPlaces: { has: () => false, add: () => {} },
  isOwnAddress: () => false,
  elapsedMs: Date.now,
  wait: async () => {},
  log: silentLog().log,
  onCost: (cost) => costs.push(cost),
  onRehashed: () => {},
});

async function signInTwice(): Promise<void> {
  const password = readFileSync(0, 'utf8');
  for (let times = 0; times < 2; times += 1) await checker.check('acme', password, '203.0.113.5');
}

await signInTwice();
// What is no longer held by anybody goes in the next rounds.
for (let times = 0; times < 5; times += 1) {
  await setImmediate();
  globalThis.gc?.();
}
writeHeapSnapshot(file);
process.stdout.write(costs.join(' '));
await checker.close();
