import { expect, test } from 'vitest';
import { outageTrial } from './outage-trial.ts';

// A short form of `npm run endurance -- outage`; every answer is judged by the trial itself.

test('the database goes away: decisions go on, then 451 for everybody, then all is well again', async () => {
  const { verdicts } = await outageTrial({ boundSeconds: 15, furtherSeconds: 0 });
  expect(verdicts.deciding.accepted).toBeGreaterThan(0);
  expect(verdicts.deciding.refused).toBeGreaterThan(0);
  expect(verdicts.too_old).toMatchObject({ accepted: 0, refused: 0 });
  expect(verdicts.after).toMatchObject({ deferred: 0 });
  expect(verdicts.after.refused).toBeGreaterThan(0);
}, 600_000);
