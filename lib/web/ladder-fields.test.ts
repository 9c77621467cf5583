import { expect, test } from 'vitest';
import { defaultLadder } from '../domain/ladder-policy.ts';
import { checkLadder } from '../operations/ladder-changes.ts';
import { ladderFields, ladderFromFields } from './ladder-fields.ts';

test('a form that is sent as it was shown is the same ladder', () => {
  const ladder = { ...defaultLadder, reporters: ['fbl.example', 'mail.example'], fuseShare: 0.005 };
  expect(ladderFromFields(ladderFields(ladder))).toEqual(ladder);
  expect(checkLadder(ladderFromFields(ladderFields(ladder)))).toEqual({ ok: true, ladder });
});

test.each<[string, Record<string, string>, string]>([
  ['a weight that is no number', { 'kinds.spam.weight': 'much' }, 'kinds.spam.weight'],
  ['a weight that is not there', { 'kinds.spam.weight': ' ' }, 'kinds.spam.weight'],
  ['a share of more than all', { throttleShare: '101' }, 'throttleShare'],
  ['a reporter that is no domain', { reporters: 'mail.example\nnobody' }, 'reporters.1'],
])('%s is refused at its field', (_what, fields, field) => {
  const given = { ...ladderFields(defaultLadder), ...fields };
  expect(checkLadder(ladderFromFields(given))).toMatchObject({ ok: false, field });
});

test('reporters are taken as people type them', () => {
  const given = { ...ladderFields(defaultLadder), reporters: ' @FBL.example, mail.example\r\n' };
  expect(ladderFromFields(given)).toMatchObject({ reporters: ['fbl.example', 'mail.example'] });
});
