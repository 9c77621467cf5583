import { describe, expect, test } from 'vitest';
import { completeLadder, defaultLadder } from './ladder-policy.ts';
import { brakeCalledFor, type NodeView } from './node-brake.ts';

const now = new Date('2026-11-20T12:00:00Z');
const quiet: NodeView = {
  accepted: 0,
  recipients: 0,
  unknownRecipients: 0,
  nextHopRefused: 0,
  spam: 0,
  malware: 0,
  lately: 0,
};

test.each<[string, Partial<NodeView>, string]>([
  ['nothing', {}, 'none'],
  ['a nightly batch', { accepted: 4000, recipients: 4000, lately: 28_000 }, 'none'],
  ['a nightly batch of which some is disliked', { accepted: 4000, spam: 40, lately: 28_000 }, 'none'],
  ['two spam messages are a slip', { accepted: 2, spam: 2, lately: 2 }, 'none'],
  ['three of three', { accepted: 3, spam: 3, lately: 3 }, 'throttled'],
  ['three of a hundred', { accepted: 100, spam: 3, lately: 100 }, 'none'],
  ['eight of eight', { accepted: 8, spam: 8, lately: 8 }, 'held'],
  [
    'a run from an address that sends ten thousand a week',
    { accepted: 200, spam: 20, lately: 10_000 },
    'none',
  ],
  ['the same, all of it spam', { accepted: 200, spam: 60, lately: 10_000 }, 'throttled'],
  ['one that carries malware', { accepted: 900, malware: 1, lately: 900 }, 'held'],
  ['an old list', { accepted: 100, recipients: 100, unknownRecipients: 12 }, 'none'],
  ['names that were guessed', { accepted: 10, recipients: 10, unknownRecipients: 90 }, 'throttled'],
  ['refused by the next hop', { accepted: 5, nextHopRefused: 95 }, 'throttled'],
])('%s', (_what, view, step) => {
  expect(brakeCalledFor(defaultLadder, { ...quiet, ...view }, false, now)).toBe(step);
});

describe('the policy decides', () => {
  const run = { ...quiet, accepted: 8, spam: 8, lately: 8 };
  test('whether anything is done', () => {
    expect(brakeCalledFor(completeLadder({ mode: 'observe' }), run, false, now)).toBe('none');
  });
  test('a critical entry is only slowed down', () => {
    expect(brakeCalledFor(defaultLadder, run, true, now)).toBe('throttled');
    expect(brakeCalledFor(defaultLadder, { ...quiet, malware: 1 }, true, now)).toBe('throttled');
  });
  test('what spam weighs, and how far it may lead', () => {
    const light = completeLadder({ kinds: { spam: { weight: 1 } } });
    expect(brakeCalledFor(light, run, false, now)).toBe('none');
    const lenient = completeLadder({ kinds: { spam: { ceiling: 'throttled' } } });
    expect(brakeCalledFor(lenient, run, false, now)).toBe('throttled');
  });
});
