import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newBodyScan, scanBody } from './scan-body.ts';

/** Feeds chunks as a session does: what was not judged comes again, in front of the next chunk. */
function scanChunks(chunks: readonly string[]): {
  status: string;
  problem: string | null;
  judged: string;
  rest: string;
} {
  const scan = newBodyScan();
  let judged = '';
  let left = '';
  for (const [index, chunk] of chunks.entries()) {
    const octets = Buffer.from(left + chunk, 'latin1');
    const status = scanBody(scan, octets, 0);
    if (status !== 'bad') judged += octets.toString('latin1', 0, scan.judgedTo);
    left = octets.toString('latin1', scan.judgedTo);
    if (status !== 'more') {
      return { status, problem: scan.problem, judged, rest: left + chunks.slice(index + 1).join('') };
    }
  }
  return { status: 'more', problem: null, judged, rest: left };
}

const scan = (text: string) => scanChunks([text]);

describe('the end', () => {
  test.each([
    ['.\r\n', '.\r\n', ''],
    ['a\r\n.\r\n', 'a\r\n.\r\n', ''],
    ['a\r\n.\r\nQUIT\r\n', 'a\r\n.\r\n', 'QUIT\r\n'],
    ['\r\n.\r\n', '\r\n.\r\n', ''],
    ['..\r\n.\r\n', '..\r\n.\r\n', ''],
    ['...\r\n.\r\n', '...\r\n.\r\n', ''],
    ['..a\r\n.b\r\n.\r\n', '..a\r\n.b\r\n.\r\n', ''],
    ['a.\r\n.\r\n', 'a.\r\n.\r\n', ''],
    [
      `${'x'.repeat(998)}\r\n.${'x'.repeat(998)}\r\n.\r\n`,
      `${'x'.repeat(998)}\r\n.${'x'.repeat(998)}\r\n.\r\n`,
      '',
    ],
  ])('%j', (text, judged, rest) => {
    expect(scan(text)).toEqual({ status: 'end', problem: null, judged, rest });
  });
});

describe('not the end', () => {
  test.each([
    ['a\r\n..\r\n', ''],
    ['a\r\n. \r\n', ''],
    ['a\r\n.a\r\n', ''],
    ['a.\r\n', ''],
    ['a\r\n.', '.'],
    ['a\r\n.\r', '.\r'],
    ['a\r', '\r'],
    ['a\tb\u0001\u00ff\r\n', ''],
  ])('%j leaves %j', (text, rest) => {
    expect(scan(text)).toMatchObject({ status: 'more', rest });
  });
});

describe('what might be an end of line to somebody', () => {
  test.each([
    ['a\n', 'bare_lf'],
    ['\n', 'bare_lf'],
    ['a\r\n\n', 'bare_lf'],
    ['a\n.\n', 'bare_lf'],
    ['a\n.\r\n', 'bare_lf'],
    ['a\r\n.\n', 'bare_lf'],
    ['a\rb', 'bare_cr'],
    ['a\r\r\n', 'bare_cr'],
    ['a\r.\r\n', 'bare_cr'],
    ['a\r\n.\r\r\n', 'bare_cr'],
    ['a\r\n.\rx', 'bare_cr'],
    ['.\ra', 'bare_cr'],
    ['a\0', 'nul'],
    ['a\r\n.\0\r\n', 'nul'],
    [`${'x'.repeat(999)}\r\n`, 'long_line'],
    [`.${'x'.repeat(999)}\r\n`, 'long_line'],
    ['x'.repeat(999), 'long_line'],
  ])('%j: %s', (text, problem) => {
    expect(scan(text)).toMatchObject({ status: 'bad', problem });
  });
});

test('however it is cut into chunks, the verdict is the same', () => {
  const piece = fc.constantFrom(
    '\r\n',
    '\r\n.\r\n',
    '\r',
    '\n',
    '.',
    '..',
    'a',
    'xyz',
    '\0',
    '\t',
    'x'.repeat(400),
  );
  // Weighted towards bodies without a fault, or hardly any would reach its end.
  const good = fc.constantFrom('\r\n', 'a', '.a', '..', 'line\r\n', 'x'.repeat(300));
  const text = fc
    .array(fc.oneof({ weight: 8, arbitrary: good }, { weight: 1, arbitrary: piece }), { maxLength: 30 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (body, sizes) => {
      const whole = scan(`${body}\r\n.\r\nREST`);
      const chunks: string[] = [];
      for (let at = 0, all = `${body}\r\n.\r\nREST`; at < all.length; ) {
        const size = sizes.next().value as number;
        chunks.push(all.slice(at, at + size));
        at += size;
      }
      const cut = scanChunks(chunks);
      expect(cut.status).toBe(whole.status);
      if (whole.status === 'end') expect(cut).toEqual(whole);
      expect(`${body}\r\n.\r\nREST`.startsWith(cut.judged)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('nothing judged ever holds a bare CR, a bare LF or NUL, nor ends in half a line end', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a.\r\n\0]{0,12}$/), { maxLength: 6 }), (chunks) => {
      const { judged } = scanChunks(chunks);
      expect(judged).not.toMatch(/\r(?!\n)|(?<!\r)\n|\0/);
    }),
    { numRuns: 5000 },
  );
});

test('long chunks, read in words from any alignment, are judged like octets one by one', () => {
  const odd = fc.constantFrom(
    '\0',
    '\r',
    '\n',
    '\r\n',
    '\t',
    '\x0b',
    '\x0c',
    '\x0d\x0a',
    '\x0e',
    '\x7f',
    '\x80',
    '\xff',
  );
  const plain = fc.stringMatching(/^[ -~\x80-\xff]{150,400}$/);
  const lines = fc.array(
    fc.oneof({ weight: 9, arbitrary: plain.map((text) => `${text}\r\n`) }, { weight: 1, arbitrary: odd }),
    { minLength: 2, maxLength: 12 },
  );
  fc.assert(
    fc.property(lines, fc.integer({ min: 0, max: 7 }), (parts, offset) => {
      // A dot at the start of a line is judged in other tests.
      const text = `x${parts.join('x')}x`.replaceAll('\n.', '\nx');
      const room = Buffer.alloc(offset + text.length);
      room.write(text, offset, 'latin1');
      const octets = room.subarray(offset);
      const scan = newBodyScan();
      const status = scanBody(scan, octets, 0);
      const fault = /\r(?!\n)|(?<!\r)\n|\0/.exec(text);
      expect(status).toBe(fault === null ? 'more' : 'bad');
      if (fault === null) expect(scan.judgedTo).toBe(octets.length);
      else expect(scan.judgedTo).toBe(fault.index);
    }),
    { numRuns: 1000 },
  );
});
