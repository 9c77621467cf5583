import { expect, test } from 'vitest';
import { storable } from './storable.ts';

test('NUL and halves of characters are taken out, at any depth and of names as well', () => {
  const odd = { 'a\0': ['x\0y', '\ud83d', { deep: 'z\udc00' }], whole: '\u{1f600}', none: null, count: 1 };
  expect(storable(odd)).toEqual({
    a: ['xy', '\ufffd', { deep: 'z\ufffd' }],
    whole: '\u{1f600}',
    none: null,
    count: 1,
  });
});
