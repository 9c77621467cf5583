/** What a colour may mean. A word always says it too. */
export type Tone = 'neutral' | 'in-force' | 'waiting' | 'in-review' | 'out';

export const toneText = {
  neutral: 'text-second',
  'in-force': 'text-in-force',
  waiting: 'text-waiting',
  'in-review': 'text-in-review',
  out: 'text-out',
} as const satisfies Record<Tone, string>;

export const toneSoft = {
  neutral: 'bg-sunken border-line',
  'in-force': 'bg-in-force-soft border-in-force/30',
  waiting: 'bg-waiting-soft border-waiting-line',
  'in-review': 'bg-in-review-soft border-in-review/30',
  out: 'bg-out-soft border-out-line',
} as const satisfies Record<Tone, string>;
