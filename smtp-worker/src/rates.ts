/**
 * Messages of an entry within the last hour, exact to the minute: sixty counters in a ring, so no message is counted
 * longer than 60 minutes nor shorter than 59. Each node counts what it takes itself: with n nodes an entry may send up
 * to n times its rate, which is the price of deciding without asking anybody.
 */
export type Rates = {
  /** Counts one message. @returns false, and counts nothing, where the hour is full */
  readonly take: (entryId: string, mostInHour: number) => boolean;
  /** Takes back the last one counted. */
  readonly giveBack: (entryId: string) => void;
  /** Forgets entries that have sent nothing for an hour. */
  readonly sweep: () => void;
};

const minutes = 60;
const minuteMs = 60_000;

type Hour = { readonly counts: Uint32Array; total: number; minute: number };

export function newRates(nowMs: () => number): Rates {
  const hours = new Map<string, Hour>();

  /** Moves the ring on to this minute. */
  function hourOf(entryId: string): Hour {
    const minute = Math.floor(nowMs() / minuteMs);
    let hour = hours.get(entryId);
    if (hour === undefined) {
      hour = { counts: new Uint32Array(minutes), total: 0, minute };
      hours.set(entryId, hour);
    }
    for (let passed = Math.min(minute - hour.minute, minutes); passed > 0; passed -= 1) {
      const oldest = (minute - passed + 1) % minutes;
      hour.total -= hour.counts[oldest] as number;
      hour.counts[oldest] = 0;
    }
    // A clock that was set back must not open the hour anew.
    hour.minute = Math.max(hour.minute, minute);
    return hour;
  }

  return {
    take: (entryId, mostInHour) => {
      const hour = hourOf(entryId);
      if (hour.total >= mostInHour) return false;
      const now = hour.minute % minutes;
      hour.counts[now] = (hour.counts[now] as number) + 1;
      hour.total += 1;
      return true;
    },
    giveBack: (entryId) => {
      const hour = hourOf(entryId);
      for (let back = 0; back < minutes; back += 1) {
        const at = (hour.minute - back + minutes) % minutes;
        if (hour.counts[at] === 0) continue;
        hour.counts[at] = (hour.counts[at] as number) - 1;
        hour.total -= 1;
        return;
      }
    },
    sweep: () => {
      for (const entryId of hours.keys()) if (hourOf(entryId).total === 0) hours.delete(entryId);
    },
  };
}
