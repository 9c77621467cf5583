import { expect, test } from 'vitest';
import { newReplyReader, readReplies } from './reply-reader.ts';

const read = (...chunks: string[]) => {
  const reader = newReplyReader();
  return chunks.flatMap<unknown>((chunk) => readReplies(reader, Buffer.from(chunk, 'latin1')) ?? ['none']);
};

test.each([
  [['250 2.1.0 Ok\r\n'], [{ code: 250, enhanced: '2.1.0', lines: ['2.1.0 Ok'] }]],
  [['250-one\r\n250 two\r\n'], [{ code: 250, enhanced: null, lines: ['one', 'two'] }]],
  [['250 Ok\n'], [{ code: 250, enhanced: null, lines: ['Ok'] }]],
  [['250\r\n'], [{ code: 250, enhanced: null, lines: [''] }]],
  [
    ['25', '0 O', 'k\r', '\n55', '0 5.1.1 no\r\n'],
    [
      { code: 250, enhanced: null, lines: ['Ok'] },
      { code: 550, enhanced: '5.1.1', lines: ['5.1.1 no'] },
    ],
  ],
  [['550 5.1.1.1 no\r\n'], [{ code: 550, enhanced: null, lines: ['5.1.1.1 no'] }]],
  [['HTTP/1.1 400 Bad\r\n'], ['none']],
  [['25O Ok\r\n'], ['none']],
  [['150 Ok\r\n'], ['none']],
  [['650 Ok\r\n'], ['none']],
  [['25\r\n'], ['none']],
  [['2500 Ok\r\n'], ['none']],
  [['250 O\rk\r\n'], ['none']],
  [['x'.repeat(5000)], ['none']],
  [['250-again\r\n'.repeat(300)], ['none']],
])('%j', (chunks, replies) => {
  expect(read(...chunks)).toEqual(replies);
});
