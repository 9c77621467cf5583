import { addDays } from './days.ts';
import type { DriftPolicy } from './drift-policy.ts';

/** What a look for the record of a sender domain ended in. */
export type DomainOutcome = 'verified' | 'no_record' | 'other_value' | 'temporary_error';

/** How far it is with a record that was not there any more. */
export type Missing = {
  missingSince: Date | null;
  /** Until when the owners have to publish it again; null while they were not told. */
  endsAt: Date | null;
};

export type RecheckStep =
  /** The record is there. `again`: its owners had been told that it was not. */
  | { kind: 'holds'; again: boolean }
  /** Name servers did not answer: nothing follows from that, neither way, but `tells`: people are to know of it. */
  | { kind: 'unknown'; tells: boolean }
  /** Missing; to be seen again before anybody is told, or the owners have time left. */
  | { kind: 'waits'; missing: Missing; lookAt: Date }
  | { kind: 'tells'; missing: Missing & { endsAt: Date }; lookAt: Date }
  | { kind: 'ends' };

/** The planned looks without an answer, one after the other, after which people are told: they take four days. */
const SILENT_LOOKS = 10;

/**
 * What follows from a look at the record of a domain that was verified by it, as with what else changes for the worse
 * (`DriftPolicy`): what is missing is looked for again a day later, then the owners are told and have time to publish it,
 * and only a look that was answered ends it after that. Name servers that never answer are for people to judge.
 * @param failures planned looks in a row without an answer, this one included
 */
export function recheckStep(
  { missingSince, endsAt }: Missing,
  outcome: DomainOutcome,
  failures: number,
  policy: Pick<DriftPolicy, 'attestDays' | 'confirmDays'>,
  now: Date,
): RecheckStep {
  if (outcome === 'verified') return { kind: 'holds', again: endsAt !== null };
  if (outcome === 'temporary_error') return { kind: 'unknown', tells: failures === SILENT_LOOKS };
  const next = addDays(now, policy.confirmDays);
  if (endsAt !== null) {
    if (endsAt <= now) return { kind: 'ends' };
    return { kind: 'waits', missing: { missingSince, endsAt }, lookAt: next < endsAt ? next : endsAt };
  }
  // Looks are a day apart as planned, give or take: half of it is surely not the same hour.
  if (missingSince !== null && addDays(missingSince, policy.confirmDays / 2) <= now) {
    const until = addDays(now, policy.attestDays);
    return { kind: 'tells', missing: { missingSince, endsAt: until }, lookAt: next };
  }
  return { kind: 'waits', missing: { missingSince: missingSince ?? now, endsAt: null }, lookAt: next };
}
