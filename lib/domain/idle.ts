import { addDays } from './days.ts';

/** Nothing expires sooner than this after its owners were warned… */
export const IDLE_WARNING_DAYS = 10;
/** …and a warning of longer ago is no longer one: the entry was out of force meanwhile, or the jobs stood still. */
export const IDLE_WARNING_LASTS_DAYS = 30;

export type Silence = {
  /** Since the last message; where there is none yet, since the approval; or since a person said to count anew. */
  since: Date;
  /** When the owners were last warned. */
  warnedAt: Date | null;
};

/** Whether the owners have been warned of this silence, and not too long ago. */
export function isWarned({ since, warnedAt }: Silence, now: Date): boolean {
  return warnedAt !== null && warnedAt >= since && addDays(warnedAt, IDLE_WARNING_LASTS_DAYS) > now;
}

/**
 * When a silent entry expires, as far as is known at `now`: after `idleDays` without a message, and never sooner than
 * ten days after its owners were warned.
 */
export function idleEnd(silence: Silence, idleDays: number, now: Date): Date {
  const end = addDays(silence.since, idleDays);
  const warnedAt = isWarned(silence, now) ? (silence.warnedAt ?? now) : now;
  const earliest = addDays(warnedAt, IDLE_WARNING_DAYS);
  return new Date(Math.max(end.getTime(), earliest.getTime()));
}
