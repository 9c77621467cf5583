import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gtube, newGtubeSearch } from './gtube.ts';

/** Looks at a text cut at these places. */
function look(text: string, cuts: readonly number[]): boolean {
  const octets = Buffer.from(text, 'latin1');
  const places = [...new Set(cuts.map((cut) => cut % (octets.length + 1)))].sort((one, other) => one - other);
  const search = newGtubeSearch();
  let from = 0;
  let found = false;
  for (const place of [...places, octets.length]) {
    found = search.look(octets.subarray(from, place));
    from = place;
  }
  return found;
}

test('the line is found however the octets are cut, and nothing that is nearly it', () => {
  const around = fc.string({ maxLength: 300, unit: 'binary-ascii' });
  fc.assert(
    fc.property(
      around,
      around,
      fc.array(fc.nat(), { maxLength: 120 }),
      fc.nat(gtube.length - 1),
      (before, after, cuts, at) => {
        expect(look(before + gtube + after, cuts)).toBe(true);
        const spoiled = `${gtube.slice(0, at)}?${gtube.slice(at + 1)}`;
        expect(look(before + spoiled + after, cuts)).toBe(false);
      },
    ),
    { numRuns: 300 },
  );
});

test('one octet at a time', () => {
  expect(
    look(
      `x\r\n${gtube}\r\n`,
      Array.from({ length: 200 }, (_, at) => at),
    ),
  ).toBe(true);
});
