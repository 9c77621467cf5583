import { expect, test } from 'vitest';
import { countCopies, killTrial } from './kill-trial.ts';

// A short form of `npm run endurance -- kill`. That nothing is lost, and that nothing comes twice but what was under way at
// a kill, is what the trial itself insists on.

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

test('what is kept is counted: what is not there, and what is there again', () => {
  expect(countCopies(['0', '2', '1'], 3)).toEqual({ lost: 0, duplicates: 0 });
  expect(countCopies(['0', '2', '2', '0', '2'], 4)).toEqual({ lost: 2, duplicates: 3 });
});
