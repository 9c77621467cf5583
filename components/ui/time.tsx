import {
  type Clock,
  dateText,
  exactText,
  momentText,
  relativeText,
  type TimeWords,
} from './relative-time.ts';

const texts = { relative: relativeText, moment: momentText, date: dateText, exact: exactText } as const;

export type TimeProps = {
  at: Date | string | number;
  clock: Clock;
  words: TimeWords;
  /** `relative` "2 min ago", `moment` "Today 09:14", `date` "14 Mar 2027", `exact` "14 Mar 2027, 15:41 UTC". */
  as?: keyof typeof texts;
};

/** A time as people say it, with the exact one on hover and on paper. The same on server and client: nothing reads a clock here. */
export function Time({ at, clock, words, as = 'relative' }: TimeProps) {
  const moment = new Date(at);
  return (
    <time dateTime={moment.toISOString()} title={exactText(moment.getTime(), clock, words)} data-as={as}>
      {texts[as](moment.getTime(), clock, words)}
    </time>
  );
}
