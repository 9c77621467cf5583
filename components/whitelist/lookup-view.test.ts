import { expect, test } from 'vitest';
import type { EvidenceProgress } from '../../lib/domain/evidence.ts';
import { lookupView, sampleOf, secondsText } from './lookup-view.ts';

const start = Date.parse('2026-11-20T12:00:00Z');
const at = (ms: number) => new Date(start + ms);
const asked = (
  source: EvidenceProgress['source'],
  tookMs: number | null,
  failed = false,
): EvidenceProgress => ({
  source,
  startedAt: at(0),
  finishedAt: tookMs === null ? null : at(tookMs),
  outcome: tookMs === null ? null : failed ? 'temporary_error' : 'found',
});
const open = { open: true, completedAt: null };
const complete = { open: true, completedAt: at(5000) };

test('a fresh request: nobody is asked yet, and there is something to watch', () => {
  expect(lookupView([], open, start)).toEqual({ state: 'starting', first: true, rows: [] });
});

test('each source by itself: asked, answered, silent', () => {
  const progress = [asked('ptr', 400), asked('dnsbl', null), asked('rdap', 9000, true)];
  expect(lookupView(progress, open, start + 9500)).toMatchObject({
    state: 'asking',
    rows: [
      { source: 'ptr', state: 'answered', tookMs: 400 },
      { source: 'dnsbl', state: 'asking', startedAt: start, tookMs: null },
      { source: 'rdap', state: 'silent', tookMs: 9000 },
    ],
  });
});

test('all have answered, and the checks are not yet complete: still watched; complete: done', () => {
  const progress = [asked('ptr', 400), asked('rdap', 900)];
  expect(lookupView(progress, open, start + 1000).state).toBe('asking');
  expect(lookupView(progress, complete, start + 6000).state).toBe('done');
});

test('a later look is watched too, but never for ever: its worker may be gone', () => {
  const progress = [asked('ptr', 400), asked('rdap', null)];
  expect(lookupView(progress, complete, start + 6000)).toMatchObject({ state: 'asking', first: false });
  expect(lookupView(progress, complete, start + 121_000).state).toBe('done');
  expect(lookupView([], { open: false, completedAt: null }, start).state).toBe('done');
});

test.each([
  [400, '0.4'],
  [9940, '9.9'],
  [12_300, '12'],
])('%s ms read as %s s', (ms, text) => {
  expect(secondsText(ms)).toBe(text);
});

test('a wide range says that only some of it was asked about', () => {
  const address = { address: '45.90.0.1', outcome: 'none' as const, names: [] };
  const addresses = Array.from({ length: 8 }, () => address);
  expect(sampleOf({ addresses, sampledFrom: '1022' })).toEqual({ asked: 8, of: '1,022' });
  expect(sampleOf({ addresses, sampledFrom: null })).toBeNull();
  expect(sampleOf(null)).toBeNull();
});
