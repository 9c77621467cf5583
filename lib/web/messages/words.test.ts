import { expect, test } from 'vitest';
import { messages } from '../messages.ts';
import { abuseOwner } from './abuse-owner.ts';

// House style of every text: no pleading, no shouting, no blame. Functions are read by their source.

function texts(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') {
    const quoted = [...String(value).matchAll(/(['"`])((?:\\.|(?!\1).)*)\1/gs)];
    return quoted.map((found) => [path, (found[2] as string).replaceAll(/\$\{[^}]*\}/g, '…')]);
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => texts(item, path === '' ? key : `${path}.${key}`));
}

const all = texts(messages, '');

test('the catalogue is read at all', () => {
  expect(all.length).toBeGreaterThan(400);
});

test.each([
  ['pleads', /\bplease\b/i],
  ['shouts', /!/],
  ['blames', /\binvalid (input|value)\b|\boops\b|\bsorry\b|please note/i],
  ['uses another word for the list', /\ballow-?list|white list|safe-?list/i],
  ['promises for the operator how soon a person decides', /\b(under|within) \d+ hours\b/i],
])('no text %s', (_name, pattern) => {
  expect(all.filter(([, text]) => pattern.test(text))).toEqual([]);
});

test.each(['warned', 'throttled'] as const)(
  'what may follow holds for every address that is %s, also where a person decides about the end of it',
  (step) => {
    expect(abuseOwner.states[step]).toMatch(/may be suspended or removed/);
    expect(abuseOwner.states[step]).not.toMatch(/\b(is|then) (suspended|removed)/);
  },
);
