import { expect, test } from 'vitest';
import { killTrial } from './kill-trial.ts';

// A short form of `npm run endurance -- kill`. That nothing is lost is what the trial itself insists on.

test('node, next hop and database are killed: nothing accepted is lost, no proof either', async () => {
  const seen = await killTrial({ messages: 40, killsEach: 1, keptBy: 'next hop', seed: 1 });
  expect(seen).toMatchObject({ messages: 40, lost: 0, proofsLost: 0 });
  expect(seen.tries).toBeGreaterThan(40);
  expect(seen.proofsTold).toBeGreaterThan(0);
}, 600_000);

test('without a next hop, what was accepted is a whole file', async () => {
  const seen = await killTrial({ messages: 20, killsEach: 1, keptBy: 'maildir', seed: 2 });
  expect(seen).toMatchObject({ messages: 20, lost: 0, proofsLost: 0 });
}, 600_000);
