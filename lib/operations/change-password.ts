import { and, eq, gt, isNull, ne, or } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { apiTokens, people, sessions } from '../../db/schema.ts';
import type { PasswordHasher } from '../adapters/password-hasher.ts';
import { type PasswordRefusal, passwordProblem } from '../domain/password-rules.ts';
import { confirmedSecret } from './begin-second-factor.ts';
import { notifyAccessChanged } from './notify-access.ts';
import { recordEvent } from './record-event.ts';
import type { Actor } from './result.ts';
import { clearThrottle, takeAttempt, throttle } from './throttle.ts';

export type ChangePassword = {
  database: Database;
  passwords: PasswordHasher;
  actor: Actor;
  /** The session that asks; every other one of the person ends. */
  sessionId: string;
  current: string;
  password: string;
  now: Date;
};

export type ChangePasswordResult =
  /** `tokens`: API tokens of the person that go on being good. */
  | { ok: true; tokens: number }
  | { ok: false; code: 'not_found' }
  | { ok: false; code: 'wrong_credentials' }
  | { ok: false; code: 'busy' }
  | { ok: false; code: 'throttled'; until: Date }
  | { ok: false; code: 'password_refused'; reason: PasswordRefusal };

/**
 * Sets another password for who knows the current one, and ends every other session: one of them may be a thief's, who has
 * then seen the key of an authenticator that is not confirmed yet. Whoever sets one up from now on is shown another.
 */
export async function changePassword(operation: ChangePassword): Promise<ChangePasswordResult> {
  const { database, passwords, actor, sessionId, current, password, now } = operation;
  if (actor.viewer === null) return { ok: false, code: 'not_found' };
  const [person] = await database
    .select()
    .from(people)
    .where(and(eq(people.id, actor.viewer.personId), isNull(people.erasedAt)));
  if (person === undefined || person.email === null) return { ok: false, code: 'not_found' };
  const limit = throttle('person_from_client', 'change-password', person.id);
  const attempt = await takeAttempt(database, limit, now);
  if (!attempt.ok) return attempt;
  const verdict = await passwords.verify(person.passwordHash, current);
  if (verdict === 'busy') return { ok: false, code: 'busy' };
  if (verdict === 'mismatch') return { ok: false, code: 'wrong_credentials' };
  await clearThrottle(database, limit);
  // The current one as it was typed is the one that was set: both are hashed after NFKC.
  const isOld = password.normalize('NFKC') === current.normalize('NFKC');
  const reason = passwordProblem(password, person.email) ?? (isOld ? 'unchanged' : null);
  if (reason !== null) return { ok: false, code: 'password_refused', reason };
  const passwordHash = await passwords.hash(password);
  const changed = await database.transaction(async (transaction) => {
    const [set] = await transaction
      .update(people)
      .set({ passwordHash, totpSecret: confirmedSecret })
      // What was taken away while this was checked stays taken away.
      .where(and(eq(people.id, person.id), eq(people.passwordHash, person.passwordHash ?? '')))
      .returning({ id: people.id });
    if (set === undefined) return false;
    await transaction
      .update(sessions)
      .set({ revokedAt: now })
      .where(and(eq(sessions.personId, person.id), ne(sessions.id, sessionId), isNull(sessions.revokedAt)));
    const key = await recordEvent(transaction, actor, {
      kind: 'password_changed',
      content: { person: person.id },
    });
    const told = { personId: person.id, key, from: actor.address, now };
    await notifyAccessChanged(transaction, { ...told, change: 'password_changed' });
    return true;
  });
  if (!changed) return { ok: false, code: 'wrong_credentials' };
  const tokens = await database.$count(
    apiTokens,
    and(
      eq(apiTokens.personId, person.id),
      isNull(apiTokens.revokedAt),
      or(isNull(apiTokens.expiresAt), gt(apiTokens.expiresAt, now)),
    ),
  );
  return { ok: true, tokens };
}
