import type { Database } from '../../db/client.ts';
import { findPersonByEmail } from '../../db/queries/people.ts';
import { enter, type SignedInNow } from './sign-in.ts';
import type { Visitor } from './start-session.ts';

export type SignInByProvider = {
  database: Database;
  /** What the OpenID provider says about who has just signed in there. */
  profile: { email?: unknown; email_verified?: unknown };
  visitor: Visitor;
  now: Date;
};

/**
 * Signs in who the operator's own OpenID provider vouches for. It makes nobody: the person must exist, under an
 * e-mail address that the provider has verified. Our second factor is asked all the same.
 */
export async function signInByProvider(
  operation: SignInByProvider,
): Promise<SignedInNow | { ok: false; code: 'unknown_person' }> {
  const { database, profile, visitor, now } = operation;
  // OpenID Connect Core 5.1: a boolean. Some providers send it as text.
  const verified = profile.email_verified === true || profile.email_verified === 'true';
  if (!verified || typeof profile.email !== 'string') return { ok: false, code: 'unknown_person' };
  const found = await findPersonByEmail(database, profile.email);
  if (found === undefined) return { ok: false, code: 'unknown_person' };
  const entered = await enter(database, found, 'provider', visitor, now);
  return entered ?? { ok: false, code: 'unknown_person' };
}
