import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkbox, optionalText, requiredText, revisionField, textList } from './form-fields.ts';
import { formValues, returnedValues } from './form-values.ts';

function form(...fields: [string, string | Blob][]): FormData {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
}

test('a form is an object; a name given twice is a list', () => {
  const values = formValues(form(['a', '1'], ['b', 'x'], ['b', 'y'], ['b', 'z']));
  expect({ ...values }).toEqual({ a: '1', b: ['x', 'y', 'z'] });
});

test('what React adds, files and NULs do not come through', () => {
  const values = formValues(form(['$ACTION_REF_1', ''], ['file', new Blob(['x'])], ['name', 'a\u0000b']));
  expect({ ...values }).toEqual({ name: 'a\uFFFDb' });
});

test('a field may have any name', () => {
  const values = formValues(form(['__proto__', 'x'], ['constructor', 'y'], ['toString', 'z']));
  expect(Object.keys(values)).toEqual(['__proto__', 'constructor', 'toString']);
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
});

test('what was typed goes back to the page, secrets do not', () => {
  const typed = form(
    ['email', 'jo@acme.example'],
    ['password', 'x'],
    ['again', 'x'],
    ['code', '123456'],
    ['token', 't'],
  );
  expect(returnedValues(formValues(typed))).toEqual({ email: 'jo@acme.example' });
});

const schema = z.object({
  reason: requiredText('It needs a reason.'),
  label: optionalText(),
  static: checkbox,
  override: textList,
  revision: revisionField,
});

test.each([
  [
    form(
      ['reason', ' It is ours. '],
      ['label', ''],
      ['static', 'on'],
      ['override', 'control'],
      ['revision', '42'],
    ),
    { reason: 'It is ours.', label: null, static: true, override: ['control'], revision: 42 },
  ],
  [
    form(['reason', 'x'], ['override', 'control'], ['override', 'static']),
    { reason: 'x', label: null, static: false, override: ['control', 'static'], revision: undefined },
  ],
  [
    form(['reason', 'x'], ['label', ' a\r\nb\u202ec ']),
    { reason: 'x', label: 'a b c', static: false, override: [], revision: undefined },
  ],
])('fields of a form %#', (data, expected) => {
  expect(schema.parse(formValues(data))).toEqual(expected);
});

test.each([
  [form(), 'It needs a reason.'],
  [form(['reason', '   ']), 'It needs a reason.'],
  [form(['reason', 'a'], ['reason', 'b']), 'It needs a reason.'],
])('a field that is missing %#', (data, message) => {
  expect(schema.safeParse(formValues(data)).error?.issues[0]?.message).toBe(message);
});
