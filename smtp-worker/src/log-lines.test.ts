import pino from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { gatherLines, recordWriter } from './log-lines.ts';

afterEach(() => void vi.useRealTimers());

function twoLogs(level = 'info') {
  const written: string[] = [];
  const base = { node: 'a "node"', thread: 3 };
  const write = (line: string) => void written.push(line);
  const log = pino({ base, level, timestamp: pino.stdTimeFunctions.isoTime }, { write });
  return { log, write: recordWriter(log, write), written };
}

test('a record is the line that the logger would have written', () => {
  const record = {
    client: null,
    ehlo: 'printer "\\ \u00e9\u2028',
    refused: [{ to: 'a@b', rule: 'rate_exceeded' }],
    bytes: 4096,
    nothing: undefined,
  };
  const { log, write, written } = twoLogs();
  // The first and the last of a second, and one before them.
  for (const now of ['2026-11-27T11:05:05.000Z', '2026-11-27T11:05:05.999Z', '2026-11-27T11:05:04.070Z']) {
    vi.setSystemTime(new Date(now));
    log.info(record, 'transaction');
    write(record, 'transaction');
    const [expected, line] = written.splice(0);
    expect(line).toBe(expected);
    expect(line).toContain(`"time":"${now}"`);
  }
});

test('a record without anything is a line as well', () => {
  const { write, written } = twoLogs();
  write({}, 'nothing');
  expect(JSON.parse(written[0] ?? '')).toMatchObject({
    level: 30,
    node: 'a "node"',
    thread: 3,
    msg: 'nothing',
  });
});

test('a log that is to be quiet gets no records', () => {
  const { write, written } = twoLogs('warn');
  write({ client: null }, 'transaction');
  expect(written).toEqual([]);
});

test('lines come out whole and in order, however many and however long', () => {
  const lines = Array.from({ length: 3000 }, (_, number) => `${number} ${'\u20ac'.repeat(number % 97)}\n`);
  lines.splice(1000, 0, `${'\u20ac'.repeat(70_000)}\n`, `${'x'.repeat(70_000)}\n`, `${'y'.repeat(30_000)}\n`);
  const pieces: Buffer[] = [];
  const gathered = gatherLines((octets) => void pieces.push(octets));
  for (const line of lines) gathered.write(line);
  gathered.flush();
  gathered.flush();
  expect(Buffer.concat(pieces).toString()).toBe(lines.join(''));
  expect(pieces.length).toBeLessThan(lines.length / 20);
});

test('no terminal obeys what a client calls itself, and the line still says it', () => {
  const { write, written } = twoLogs();
  const ehlo = 'a\u001b[2J \u009b31m\u0085b\u202ec\u2028d\u2066 \u00e9\u20ac';
  // As long as what fits: with its escapes it does not.
  for (const client of ['x', '\u009b'.repeat(20_000), '\u009b'.repeat(60_000)])
    write({ ehlo, client }, 'refused');
  const pieces: Buffer[] = [];
  const gathered = gatherLines((octets) => void pieces.push(octets));
  for (const line of written) gathered.write(line);
  gathered.flush();
  const text = Buffer.concat(pieces).toString();
  expect(text).toMatch(/^[\n\u0020-\u007e\u00e9\u20ac]+$/);
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(written.map((line) => JSON.parse(line)));
});
