import type { EvidenceOutcome } from './evidence.ts';
import type { Policy } from './policy.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The first wait after a temporary error; each further one is four times as long, up to a day. */
const FIRST_RETRY_MS = MINUTE_MS;
const RETRY_FACTOR = 4;
const LONGEST_RETRY_MS = DAY_MS;
/** How far the next look is moved, so that what came together does not come together for ever. */
const SPREAD = 0.2;

/**
 * When a source is to be asked again.
 * @param asked.failures temporary errors in a row, this one included
 * @param asked.share a number from 0 to 1 that differs from entry to entry: spreads the load
 * @param asked.retryAfterMs what the source itself asked for
 */
export function nextAsking(
  policy: Policy,
  asked: { outcome: EvidenceOutcome; failures: number; share: number; retryAfterMs?: number },
  now: Date,
): Date {
  const { outcome, failures, share, retryAfterMs = 0 } = asked;
  const factor = 1 + SPREAD * (share - 0.5);
  if (outcome !== 'temporary_error') return after(now, policy.recheckDays * DAY_MS * factor);
  const wait = Math.min(FIRST_RETRY_MS * RETRY_FACTOR ** Math.max(failures - 1, 0), LONGEST_RETRY_MS);
  return after(now, Math.max(wait * factor, retryAfterMs));
}

/** A number from 0 to 1 that is always the same for one id and differs between ids. */
export function shareOf(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16) / 0xffffffff;
}

function after(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() + Math.round(milliseconds));
}
