import { expect, test } from 'vitest';
import { silentLog } from '../testing/silent-log.ts';
import { newStalenessLog } from './staleness-log.ts';

test('a copy that becomes too old, and one that is fresh again, are told once', () => {
  const { log, lines } = silentLog();
  let age = 1;
  const look = newStalenessLog({ copyTooOld: () => age > 900, ageSeconds: () => age }, log);
  for (age of [1, 899, 901.2, 950, 2, 3, Number.POSITIVE_INFINITY]) look();
  expect(lines()).toMatchObject([
    { level: 50, ageSeconds: 901, msg: 'the copy of the whitelist is too old: every recipient is deferred' },
    { level: 40, msg: 'the copy of the whitelist is fresh again' },
    { level: 50, ageSeconds: null },
  ]);
});
