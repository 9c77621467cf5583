import { expect, test } from 'vitest';
import { classifierTable, tableInDocument } from './classifier-table.ts';

test('docs/policy.md has the table that the classifier gives: npm run classifier-table -- --write', () => {
  expect(tableInDocument()).toBe(classifierTable());
});
