import { expect, test } from 'vitest';
import { isOneLine, oneLine } from './one-line.ts';

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
  ['a\u001b[2J', 'a [2J'],
  ['a\u0085\u200fb', 'a b'],
])('%j is made one', (text, line) => {
  expect(isOneLine(text)).toBe(false);
  expect(oneLine(text)).toBe(line);
});
