import { expect, test } from 'vitest';
import { isOneLine, oneLine, visibleLine } from './one-line.ts';
import { printable } from './terminal-text.ts';

test.each(['Elm Street scanner', 'Café Δ, 3. OG (Büro)', 'چاپگر خانه\u200cها', 'מדפסת', '🖨️ 👩\u200d💻', ''])(
  '%s is one line',
  (text) => {
    expect(isOneLine(text)).toBe(true);
    expect(oneLine(text)).toBe(text);
  },
);

test.each([
  ['a\r\nb', 'a b'],
  ['a\u2028b\u2029', 'a b'],
  ['a\u202Eb', 'a b'],
  ['\u2066a\u2069', 'a'],
  ['a\u061cb', 'a b'],
  ['a\u001b[2J', 'a [2J'],
  ['a\u0085\u200fb', 'a b'],
])('%j is made one', (text, line) => {
  expect(isOneLine(text)).toBe(false);
  expect(oneLine(text)).toBe(line);
});

test('what is no part of a line steers no terminal either, which gets line ends and tabs', () => {
  expect(printable('a\r\n\tb\u001b\u0085\u061c\u200f\u2028\u202e\u2069')).toBe(
    `a\ufffd\n\tb${'\ufffd'.repeat(7)}`,
  );
  expect(printable('خانه\u200cها')).toBe('خانه\u200cها');
});

test('a visible line keeps nothing that cannot be seen', () => {
  expect(visibleLine(' a\u00ad\u200d\u061c\u2028b\r\n\ufeff')).toBe('a b');
});
