import { signalKinds } from '../domain/abuse-signals.ts';
import { type LadderPolicy, rungs } from '../domain/ladder-policy.ts';

// The ladder as fields of a form and back. A field is named by the way to its value, so that a refusal finds it.

type Given = Readonly<Record<string, string | string[] | undefined>>;

/** Shares stand in a form as percent. */
const shares = ['releaseShare', 'throttleShare', 'fuseShare'] as const;
const numbers = [
  'holdHours',
  'forgetDays',
  'throttleLeast',
  'serverRemovals',
  'serverRemovalDays',
  'fuseEntries',
  'fuseMinutes',
] as const;

/** What a form shows of a ladder: text for each field, `on` for a box that is ticked. */
export function ladderFields(ladder: LadderPolicy): Record<string, string> {
  const fields: Record<string, string> = { mode: ladder.mode, reporters: ladder.reporters.join('\n') };
  for (const name of numbers) fields[name] = String(ladder[name]);
  for (const name of shares) fields[name] = String(percent(ladder[name]));
  for (const rung of rungs) fields[`thresholds.${rung}`] = String(ladder.thresholds[rung]);
  for (const kind of signalKinds) {
    const { weight, halfLifeDays, ceiling, gravest } = ladder.kinds[kind];
    fields[`kinds.${kind}.weight`] = String(weight);
    fields[`kinds.${kind}.halfLifeDays`] = String(halfLifeDays);
    fields[`kinds.${kind}.ceiling`] = ceiling;
    if (gravest) fields[`kinds.${kind}.gravest`] = 'on';
  }
  return fields;
}

/** What was typed, as a ladder that still has to be checked: what is no number is NaN, which no check lets pass. */
export function ladderFromFields(given: Given): unknown {
  const text = (name: string) => [given[name]].flat()[0] ?? '';
  const number = (name: string) => (text(name).trim() === '' ? Number.NaN : Number(text(name)));
  return {
    mode: text('mode'),
    kinds: Object.fromEntries(
      signalKinds.map((kind) => [
        kind,
        {
          weight: number(`kinds.${kind}.weight`),
          halfLifeDays: number(`kinds.${kind}.halfLifeDays`),
          ceiling: text(`kinds.${kind}.ceiling`),
          gravest: text(`kinds.${kind}.gravest`) === 'on',
        },
      ]),
    ),
    thresholds: Object.fromEntries(rungs.map((rung) => [rung, number(`thresholds.${rung}`)])),
    ...Object.fromEntries(numbers.map((name) => [name, number(name)])),
    ...Object.fromEntries(shares.map((name) => [name, share(number(name))])),
    reporters: text('reporters')
      .split(/[\s,;]+/)
      .map((domain) => domain.trim().toLowerCase().replace(/^@/, ''))
      .filter((domain) => domain !== ''),
  };
}

/** The fields as they were typed, for the form to show again. */
export function typedFields(given: Given): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value].flat()[0] ?? '']));
}

const percent = (part: number) => Math.round(part * 10_000) / 100;
const share = (hundredth: number) => Math.round(hundredth * 100) / 10_000;
