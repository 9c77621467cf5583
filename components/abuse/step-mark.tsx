import type { LadderStep } from '../../lib/domain/ladder-policy.ts';
import { abuse } from '../../lib/web/messages/abuse.ts';
import { Badge } from '../ui/badge.tsx';
import type { Tone } from '../ui/tone.ts';

const tones = {
  none: 'neutral',
  warned: 'waiting',
  throttled: 'waiting',
  suspended: 'out',
  removed: 'out',
} as const satisfies Record<LadderStep, Tone>;

/** Where an entry stands on the ladder, as a word. */
export function StepMark({ step }: { step: LadderStep }) {
  return (
    <span className="whitespace-nowrap">
      <Badge tone={tones[step]}>{abuse.steps[step]}</Badge>
    </span>
  );
}
