import { expect, test } from 'vitest';
import { requestSchema } from './request-schema.ts';

const whole = {
  ...{ server: 'acme', network: '45.1.1.1', purpose: 'Scanners' },
  ...{ static: 'on', dedicated: 'on', responsible: 'on' },
};

const missing = (form: object) => {
  const parsed = requestSchema.safeParse(form);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path[0]);
};

test('of an empty form each thing that is missing is named at its field, the boxes too', () => {
  const form = { server: 'acme', network: '', purpose: '' };
  expect(missing(form)).toEqual(['network', 'purpose', 'static', 'dedicated', 'responsible']);
  const parsed = requestSchema.safeParse(form);
  expect(parsed.error?.issues.map(({ message }) => message)).toEqual([
    'Type the address that the device sends from.',
    'Say in a sentence what sends from this address.',
    expect.stringMatching(/^Tick this if the address is static/),
    expect.stringMatching(/^Tick this if the address is dedicated/),
    expect.stringMatching(/^Tick this/),
  ]);
});

test('boxes that are ticked are not named', () => {
  expect(missing({ ...whole, network: '', dedicated: undefined })).toEqual(['network', 'dedicated']);
  expect(missing({ ...whole, static: undefined, responsible: undefined })).toEqual(['static', 'responsible']);
});

test('a box alone is left to the operation, which refuses with the rule and keeps that it has', () => {
  expect(missing({ ...whole, static: undefined })).toEqual([]);
  expect(missing(whole)).toEqual([]);
});
