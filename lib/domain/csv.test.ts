import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvText } from './csv.ts';

test.each<[string, string, string]>([
  ['plain', 'Scanner', 'Scanner'],
  ['comma', 'a, b', '"a, b"'],
  ['quote', 'the "big" one', '"the ""big"" one"'],
  ['two lines', 'a\r\nb', '"a\r\nb"'],
  ['formula', '=HYPERLINK("http://evil.example")', `"'=HYPERLINK(""http://evil.example"")"`],
  ['plus', '+1', `"'+1"`],
  ['minus', '-2+3', `"'-2+3"`],
  ['at', '@SUM(A1)', `"'@SUM(A1)"`],
  ['behind a tab', '\t=1', `"'\t=1"`],
  ['behind a blank', ' =1', `"' =1"`],
  ['full width', '＝1', `"'＝1"`],
])('%s', (_what, text, field) => {
  expect(csvText([[text, 5]])).toBe(`${field},5\r\n`);
});

test('a number is a number, also a negative one', () => {
  expect(csvText([[-5, 0, 1.5]])).toBe('-5,0,1.5\r\n');
});

/** RFC 4180, read back. */
function read(text: string): string[] {
  const fields: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    fields.push(found[1] === undefined ? (found[2] ?? '') : found[1].replaceAll('""', '"'));
    if (found[3] === '\r\n') break;
  }
  return fields;
}

test('whatever is typed comes back as it was, but for an apostrophe before a formula, and never starts one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { minLength: 1, maxLength: 5 }),
      (row) => {
        const back = read(csvText([row]));
        expect(back.map((field, at) => (field === `'${row[at]}` ? row[at] : field))).toEqual(row);
        for (const field of back) expect(field).not.toMatch(/^\s*[=+\-@]/);
      },
    ),
  );
});
