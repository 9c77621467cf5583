import { time } from '../../lib/web/messages/time.ts';
import { Time, type TimeProps } from '../ui/time.tsx';

export type WhenProps = Omit<TimeProps, 'words'>;

/** A time in the words of the catalogue. */
export function When(props: WhenProps) {
  return <Time {...props} words={time} />;
}
