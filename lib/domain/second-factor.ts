import type { StaffRole } from './permissions.ts';

/** Where a session stands: it counts as signed in only when `not_needed` or `passed`. */
export type SecondFactorStanding = 'not_needed' | 'passed' | 'needed' | 'to_enrol';

export type SecondFactorFacts = {
  staffRole: StaffRole | null;
  /** Demo people sign in with the password alone. */
  demo: boolean;
  /** The person has an authenticator, confirmed by a first code. */
  enrolled: boolean;
  /** When this session passed it. */
  passedAt: Date | null;
};

/** Staff must have a second factor, anybody may. */
export function mustHaveSecondFactor(facts: Pick<SecondFactorFacts, 'staffRole' | 'demo'>): boolean {
  return facts.staffRole !== null && !facts.demo;
}

/** Who has one passes it in every session. */
export function secondFactorStanding(facts: SecondFactorFacts): SecondFactorStanding {
  if (!mustHaveSecondFactor(facts) && !facts.enrolled) return 'not_needed';
  if (!facts.enrolled) return 'to_enrol';
  return facts.passedAt === null ? 'needed' : 'passed';
}

export function isSatisfied(standing: SecondFactorStanding): boolean {
  return standing === 'not_needed' || standing === 'passed';
}
