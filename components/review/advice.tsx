import type { Recommendation } from '../../lib/domain/recommendation.ts';
import { review } from '../../lib/web/messages/review.ts';
import { Notice } from '../ui/notice.tsx';
import type { Tone } from '../ui/tone.ts';

export type AdviceView = {
  kind: Recommendation['kind'];
  /** Why, in one or two sentences. */
  text: string;
};

const tones = {
  approve: 'in-force',
  ask: 'waiting',
  reject: 'out',
  wait: 'waiting',
} as const satisfies Record<AdviceView['kind'], Tone>;

/** What the evidence recommends. A person decides. */
export function Advice({ advice }: { advice: AdviceView }) {
  return (
    <section aria-label={review.advice.region}>
      <Notice tone={tones[advice.kind]} title={review.advice[advice.kind]}>
        {advice.text}
      </Notice>
    </section>
  );
}
