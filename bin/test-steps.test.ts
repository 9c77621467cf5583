import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countResults, readPlaywright, readVitest, type Step, steps } from './test-steps.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'postern-steps-'));
});
afterEach(() => rm(folder, { recursive: true }));

const vitestReport = { numPassedTests: 40, numFailedTests: 2, numPendingTests: 3, numTodoTests: 1 };

function stepWithResults(): Step {
  return {
    name: 'unit',
    commands: async () => [],
    results: { file: path.join(folder, 'unit.json'), read: readVitest },
  };
}

test('the steps stand in their order', () => {
  expect(steps.map(({ name }) => name)).toEqual([
    'format',
    'lint',
    'types',
    'unit',
    'programs',
    'integration',
    'end-to-end',
  ]);
});

test('counts what Vitest and Playwright report', () => {
  expect(readVitest(JSON.stringify(vitestReport))).toEqual({ passed: 40, failed: 2, skipped: 4 });
  const stats = { expected: 12, unexpected: 1, flaky: 2, skipped: 3 };
  expect(readPlaywright(JSON.stringify({ stats }))).toEqual({ passed: 12, failed: 3, skipped: 3 });
});

test.each([
  [true, { passed: 1, failed: 0, skipped: 0 }],
  [false, { passed: 0, failed: 1, skipped: 0 }],
])('a check counts as one: succeeded %s', async (succeeded, counts) => {
  expect(await countResults({ name: 'lint', commands: async () => [] }, succeeded)).toEqual(counts);
});

test('a run that failed has a failure, even where no test has, or where it left no report', async () => {
  const step = stepWithResults();
  expect(await countResults(step, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  await writeFile(path.join(folder, 'unit.json'), JSON.stringify({ ...vitestReport, numFailedTests: 0 }));
  expect(await countResults(step, false)).toEqual({ passed: 40, failed: 1, skipped: 4 });
  await writeFile(path.join(folder, 'unit.json'), JSON.stringify(vitestReport));
  expect(await countResults(step, false)).toEqual({ passed: 40, failed: 2, skipped: 4 });
});
