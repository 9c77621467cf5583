import { expect, test } from 'vitest';
import { dailyFigures, daysOf, figuresOf, parseTrafficPeriod } from './traffic-series.ts';

const none = { accepted: 0, deferred: 0, refused: {}, nextHopRefused: 0, unknownRecipients: 0 };

test('what was refused for now is put off, and counts once', () => {
  const refused = { rate_exceeded: 3, next_hop_away: 1, sender_out_of_scope: 2, a_rule_of_tomorrow: 1 };
  expect(figuresOf({ accepted: 10, deferred: 5, refused, nextHopRefused: 1, unknownRecipients: 4 })).toEqual({
    taken: 10,
    putOff: 5,
    refused: 8,
  });
});

test('every day of the period has its figures, entries of a server add up', () => {
  const days = daysOf(7, new Date('2026-03-02T01:00:00Z'));
  expect(days).toEqual([
    '2026-02-24',
    '2026-02-25',
    '2026-02-26',
    '2026-02-27',
    '2026-02-28',
    '2026-03-01',
    '2026-03-02',
  ]);
  const figures = dailyFigures(
    [
      { ...none, day: '2026-03-01', accepted: 5 },
      { ...none, day: '2026-03-01', accepted: 2, refused: { sender_out_of_scope: 1 } },
      { ...none, day: '2025-03-01', accepted: 99 },
    ],
    days,
  );
  expect(figures).toHaveLength(7);
  expect(figures[5]).toEqual({ day: '2026-03-01', taken: 7, putOff: 0, refused: 1 });
  expect(figures[6]).toEqual({ day: '2026-03-02', taken: 0, putOff: 0, refused: 0 });
});

test.each([
  [undefined, 7],
  ['30', 30],
  ['90', 90],
  ['8', 7],
  ['30 ', 7],
])('period %s', (text, days) => {
  expect(parseTrafficPeriod(text)).toBe(days);
});
