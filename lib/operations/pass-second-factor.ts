import { and, eq, gt, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { people, sessions, staff } from '../../db/schema.ts';
import type { Totp } from '../adapters/totp.ts';
import type { StaffRole } from '../domain/permissions.ts';
import type { Secrets } from '../secrets/keys.ts';
import { type CodeRefusal, checkCode } from './check-code.ts';
import { notifyAccessChanged } from './notify-access.ts';
import { recordEvent } from './record-event.ts';
import { type NewSession, signingInActor, startSession, type Visitor } from './start-session.ts';

export type PassSecondFactor = {
  database: Database;
  sessionId: string;
  /** The six digits as they were typed. */
  code: string;
  visitor: Visitor;
  totp: Totp;
  secrets: Secrets;
  now: Date;
};

export type SecondFactorPassed = {
  ok: true;
  session: NewSession;
  staffRole: StaffRole | null;
  /** This was the first code: the authenticator is now the person's. */
  enrolled: boolean;
};

/**
 * Takes the second factor of a session. The session that could do nothing ends, and a new one takes its place: whoever
 * got hold of its cookie before does not rise with it.
 */
export async function passSecondFactor(
  operation: PassSecondFactor,
): Promise<SecondFactorPassed | CodeRefusal | { ok: false; code: 'not_found' }> {
  const { sessionId, code, visitor, totp, secrets, now } = operation;
  return operation.database.transaction(async (database) => {
    // Locked, so that the session cannot end between the code that is used up and the event that says so.
    const [found] = await database
      .select({ person: people, staffRole: staff.role })
      .from(sessions)
      .innerJoin(people, and(eq(people.id, sessions.personId), isNull(people.erasedAt)))
      .leftJoin(staff, and(eq(staff.personId, people.id), isNull(staff.endedAt)))
      .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt), gt(sessions.expiresAt, now)))
      .for('update', { of: sessions });
    if (found === undefined) return { ok: false as const, code: 'not_found' as const };
    const { person, staffRole } = found;
    const actor = signingInActor(person.id, staffRole, visitor);
    const checked = await checkCode({ database, actor, person, code, totp, secrets, now });
    if (!checked.ok) return checked;

    const enrolled = person.totpConfirmedAt === null;
    await database.update(sessions).set({ revokedAt: now }).where(eq(sessions.id, sessionId));
    const session = await startSession(database, {
      personId: person.id,
      staffRole,
      visitor,
      secondFactorAt: now,
      now,
    });
    const key = await recordEvent(database, actor, {
      kind: enrolled ? 'second_factor_enrolled' : 'second_factor_passed',
      content: { session: session.id, before: sessionId },
    });
    if (enrolled) {
      const told = { personId: person.id, key, from: visitor.address, now };
      await notifyAccessChanged(database, { ...told, change: 'authenticator_added' });
    }
    return { ok: true as const, session, staffRole, enrolled };
  });
}
