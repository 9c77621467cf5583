import { expect, test } from 'vitest';
import { boundFailures } from './bound-failures.ts';

function opened() {
  const clock = { elapsedMs: 0 };
  const told: string[] = [];
  const failed = boundFailures(
    (error, what, times) => told.push(`${what} ${(error as Error).message} ${times}`),
    () => clock.elapsedMs,
  );
  return { clock, told, failed };
}

test('a failure is told of at once, one that goes on once a minute and with how often it was seen', () => {
  const { clock, told, failed } = opened();
  for (let polls = 0; polls < 300; polls += 1, clock.elapsedMs += 500) failed(new Error('away'), 'reading');
  expect(told).toEqual(['reading away 1', 'reading away 120', 'reading away 120']);
});

test('another failure, and the same of something else, is news', () => {
  const { told, failed } = opened();
  failed(new Error('away'), 'reading');
  failed(new Error('starting up'), 'reading');
  failed(new Error('away'), 'writing');
  failed(new Error('away'), 'reading');
  expect(told).toEqual(['reading away 1', 'reading starting up 1', 'writing away 1']);
});

test('the same is what has the same cause, whatever was asked', () => {
  const { told, failed } = opened();
  const refused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
  for (const values of ['1', '2', '3'])
    failed(new Error(`query of ${values}`, { cause: refused }), 'reading');
  failed(new Error('query of 4', { cause: new AggregateError([]) }), 'reading');
  failed('no error', 'reading');
  failed('no error', 'reading');
  expect(told).toEqual(['reading query of 1 1', 'reading query of 4 1', 'reading undefined 1']);
});

test('failures that differ each time take no more than so much memory', () => {
  const { told, failed } = opened();
  for (let number = 0; number < 1002; number += 1) failed(new Error(String(number)), 'reading');
  failed(new Error('0'), 'reading');
  failed(new Error('1001'), 'reading');
  expect(told.slice(1002)).toEqual(['reading 0 1']);
});
