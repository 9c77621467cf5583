import { time } from '../../lib/web/messages/time.ts';
import type { Clock } from '../ui/relative-time.ts';
import { Time } from '../ui/time.tsx';

export type WhenProps = {
  at: Date | string | number;
  clock: Clock;
  as?: 'relative' | 'moment' | 'date';
};

/** A time in the words of the catalogue. */
export function When(props: WhenProps) {
  return <Time {...props} words={time} />;
}
