import type { Recommendation } from '../../lib/domain/recommendation.ts';
import { requirements } from '../../lib/web/messages/requirements.ts';
import { review } from '../../lib/web/messages/review.ts';
import type { AdviceView } from './advice.tsx';

/** The recommendation in words: how much is met, then what is not, then what nobody knows. */
export function adviceView(recommendation: Recommendation): AdviceView {
  const { kind, met, total, proven, failed, unknown } = recommendation;
  const names = (list: Recommendation['failed']) =>
    list.map((name) => `“${requirements[name].name}”`).join(', ');
  const parts = [review.advice.counts(met, total, proven)];
  if (failed.length > 0) parts.push(review.advice.failed(names(failed)));
  if (unknown.length > 0) parts.push(review.advice.unknown(names(unknown)));
  return { kind, text: parts.join(' ') };
}
