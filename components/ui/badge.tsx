import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { type Tone, toneSoft, toneText } from './tone.ts';

/** A word about a thing, set apart. */
export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={classNames(
        'inline-flex items-center rounded-chip border px-1.5 py-px text-small',
        toneText[tone],
        toneSoft[tone],
      )}
    >
      {children}
    </span>
  );
}
