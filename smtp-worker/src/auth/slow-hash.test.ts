import { hashSync } from 'bcryptjs';
import { afterEach, expect, test } from 'vitest';
import { openSlowHash, type SlowHash } from './slow-hash.ts';

let slowHash: SlowHash;
afterEach(() => slowHash.close());

test('a thread that dies says so to whoever waits, and the next question has a new one', async () => {
  slowHash = openSlowHash();
  const hash = hashSync('right', 4);
  expect(await slowHash.verify(hash, 'right')).toBe(true);
  // What is no text is a fault of ours, and ends the thread as any other would.
  const dying = slowHash.verify(undefined as unknown as string, 'right');
  const behindIt = slowHash.verify(hashSync('right', 12), 'right');
  expect((await Promise.allSettled([dying, behindIt])).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
  ]);
  expect(await slowHash.verify(hash, 'right')).toBe(true);
  expect(await slowHash.verify(hash, 'wrong')).toBe(false);
});

test('a hash that is damaged is right for nothing, and harms nobody', async () => {
  slowHash = openSlowHash();
  const hash = hashSync('right', 4);
  const damaged = [hash.replace('$04$', '$99$'), hash.slice(0, 20), '$6$', '$6$salt$short'];
  const answers = [...damaged, hash].map((each) => slowHash.verify(each, 'right'));
  expect(await Promise.all(answers)).toEqual([false, false, false, false, true]);
});
