import fc from 'fast-check';
import { expect, test } from 'vitest';
import { conflictsWithin, type ListedNetwork } from './hand-kept-list.ts';
import { type Network, overlaps, parseNetwork } from './network.ts';

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.network;
}

const list = (...rows: [text: string, server: string][]): ListedNetwork[] =>
  rows.map(([text, server], index) => ({ line: index + 1, server, network: network(text) }));
const found = (...rows: [text: string, server: string][]) =>
  Object.fromEntries(
    [...conflictsWithin(list(...rows))].map(([at, { reason, line }]) => [at, [reason, line]]),
  );

test('rows that share nothing all stand', () => {
  expect(found(['45.1.1.1', 'a'], ['45.1.1.2', 'b'], ['2a00::/64', 'a'], ['45.1.2.0/24', 'c'])).toEqual({});
});

test('of one server the widest stays, and a row that is there twice stays once', () => {
  expect(found(['45.1.1.7', 'a'], ['45.1.1.0/29', 'a'], ['45.1.1.7', 'a'], ['45.1.1.0/24', 'a'])).toEqual({
    1: ['covered', 4],
    2: ['covered', 4],
    3: ['covered', 4],
  });
  expect(found(['45.1.1.7', 'a'], ['45.1.1.7', 'a'])).toEqual({ 2: ['repeated', 1] });
});

test('of two servers neither stays, also where a third row of one of them is covered', () => {
  expect(found(['45.1.1.0/24', 'a'], ['45.1.1.7', 'b'], ['45.1.1.9', 'a'])).toEqual({
    1: ['listed_for_another', 2],
    2: ['listed_for_another', 1],
    3: ['covered', 1],
  });
});

test('whatever the list is, no two rows that stand overlap, and what is dropped overlaps something', () => {
  const row = fc.record({
    server: fc.constantFrom('a', 'b', 'c'),
    address: fc.integer({ min: 0, max: 15 }),
    prefix: fc.integer({ min: 28, max: 32 }),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
      const listed = rows.map(({ server, address, prefix }, index): ListedNetwork => {
        const width = 2 ** (32 - prefix);
        const start = 0x2d010100 + Math.floor(address / width) * width;
        return { line: index + 1, server, network: { family: 4, address: BigInt(start), prefix } };
      });
      const conflicts = conflictsWithin(listed);
      const standing = listed.filter(({ line }) => !conflicts.has(line));
      for (const one of standing) {
        for (const other of standing) {
          if (one !== other) expect(overlaps(one.network, other.network)).toBe(false);
        }
      }
      for (const [line, conflict] of conflicts) {
        const [row, against] = [listed[line - 1], listed[conflict.line - 1]];
        if (row === undefined || against === undefined) throw new Error('a line that is none');
        expect(overlaps(row.network, against.network)).toBe(true);
        expect(row.server !== against.server).toBe(conflict.reason === 'listed_for_another');
      }
    }),
  );
});
