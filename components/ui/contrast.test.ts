import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// WCAG 2.2 contrast of the pairs that the pages use, computed from the tokens themselves: 1.4.3 asks 4.5:1 for
// text, 1.4.11 asks 3:1 for what a control is known by.

const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8');

type Oklch = [lightness: number, chroma: number, hue: number];

function parseOklch(text: string): Oklch {
  const found = /oklch\(([\d.]+) ([\d.]+) ([\d.]+)/.exec(text);
  if (!found) throw new Error(`not oklch: ${text}`);
  return [Number(found[1]), Number(found[2]), Number(found[3])];
}

/** Relative luminance by OKLab to linear sRGB (Ottosson), out-of-gamut channels cut as a screen does. */
function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const cut = (value: number) => Math.min(1, Math.max(0, value));
  const red = cut(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = cut(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = cut(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Oklch, other: Oklch): number {
  const [low, high] = [luminance(one), luminance(other)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const tokens = new Map(
  [...css.matchAll(/--color-([\w-]+): light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\)/g)].map((found) => [
    found[1],
    { light: parseOklch(found[2] as string), dark: parseOklch(found[3] as string) },
  ]),
);

function ratio(front: string, back: string, scheme: 'light' | 'dark'): number {
  const one = tokens.get(front);
  const other = tokens.get(back);
  if (!one || !other) throw new Error(`no token ${one ? back : front}`);
  return contrast(one[scheme], other[scheme]);
}

const grounds = ['page', 'surface', 'sunken'];
const softs = ['in-force-soft', 'waiting-soft', 'in-review-soft', 'out-soft'];
const statuses = ['in-force', 'waiting', 'in-review', 'out'];

const textPairs = [
  ...['ink', 'second'].flatMap((front) => [...grounds, ...softs].map((back) => [front, back])),
  ...statuses.flatMap((front) => [...grounds, `${front}-soft`].map((back) => [front, back])),
  ['on-in-force', 'in-force'],
  ['on-in-force', 'in-force-strong'],
] as [string, string][];

const edgePairs = [
  ...grounds.map((back) => ['edge', back]),
  ...grounds.map((back) => ['in-force', back]),
] as [string, string][];

const schemes = ['light', 'dark'] as const;

test('black on white is 21:1, so the computation can be trusted', () => {
  expect(contrast([0, 0, 0], [1, 0, 0])).toBeCloseTo(21, 1);
});

test.each(schemes.flatMap((scheme) => textPairs.map(([front, back]) => [front, back, scheme] as const)))(
  'text: %s on %s, %s',
  (front, back, scheme) => {
    expect(ratio(front, back, scheme)).toBeGreaterThanOrEqual(4.5);
  },
);

test.each(schemes.flatMap((scheme) => edgePairs.map(([front, back]) => [front, back, scheme] as const)))(
  'edge: %s on %s, %s',
  (front, back, scheme) => {
    expect(ratio(front, back, scheme)).toBeGreaterThanOrEqual(3);
  },
);
