import { expect, test, vi } from 'vitest';
import { newTellingFirst } from './telling-first.ts';
import { silentLog } from './testing/silent-log.ts';

test('all are told before anything that follows, which comes in its order', async () => {
  const { tell, thereafter } = newTellingFirst(silentLog().log);
  const done: string[] = [];
  const last = Promise.withResolvers<void>();
  tell(() => {
    for (const client of ['one', 'other']) {
      done.push(`421 to ${client}`);
      thereafter(() => done.push(`log of ${client}`));
    }
    thereafter(last.resolve);
  });
  expect(done).toEqual(['421 to one', '421 to other']);
  thereafter(() => done.push('a message of somebody else'));
  await last.promise;
  expect(done.slice(2)).toEqual(['a message of somebody else', 'log of one', 'log of other']);
});

test('what fails keeps nothing from being done, and is told', () => {
  const { log, lines } = silentLog();
  const { tell, thereafter, catchUp } = newTellingFirst(log);
  const done: string[] = [];
  expect(() =>
    tell(() => {
      thereafter(() => {
        throw new Error('no');
      });
      thereafter(() => done.push('the next'));
      throw new Error('telling failed');
    }),
  ).toThrow('telling failed');
  thereafter(() => done.push('at once'));
  catchUp();
  expect(done).toEqual(['at once', 'the next']);
  expect(lines().map(({ msg }) => msg)).toEqual(['what follows the end of a session has failed']);
});

test('what was caught up with is done once, and what comes then has a moment of its own', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { tell, thereafter, catchUp } = newTellingFirst(silentLog().log);
  let times = 0;
  tell(() =>
    thereafter(() => {
      times += 1;
    }),
  );
  catchUp();
  expect(times).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
  let later = 0;
  tell(() =>
    thereafter(() => {
      later += 1;
    }),
  );
  vi.runAllTimers();
  expect([times, later]).toEqual([1, 1]);
  vi.useRealTimers();
});
