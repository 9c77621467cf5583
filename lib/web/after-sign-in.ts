import { isSatisfied } from '../domain/second-factor.ts';
import type { SignedInNow } from '../operations/sign-in.ts';
import { paths } from './paths.ts';
import { safePath } from './safe-path.ts';

/** Where somebody who is signed in begins. */
export function landingPath(staffRole: string | null): string {
  return staffRole === null ? paths.accountWhitelist() : paths.adminRequests();
}

/** Where somebody goes who has just given a password: to the second factor, back to where they came from, or home. */
export function afterSignIn(
  { session, staffRole, secondFactor }: SignedInNow,
  next: string | null,
): { status: 'go'; path: string; session: SignedInNow['session'] } {
  const target = safePath(next);
  const path = isSatisfied(secondFactor)
    ? (target ?? landingPath(staffRole))
    : paths.secondFactor({ next: target ?? undefined });
  return { status: 'go', path, session };
}
