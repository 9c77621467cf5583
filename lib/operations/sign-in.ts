import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { findPersonByEmail, normaliseEmail } from '../../db/queries/people.ts';
import { people, sessions } from '../../db/schema.ts';
import type { PasswordHasher } from '../adapters/password-hasher.ts';
import { addDays } from '../domain/days.ts';
import type { StaffRole } from '../domain/permissions.ts';
import { type SecondFactorStanding, secondFactorStanding } from '../domain/second-factor.ts';
import { recordEvent } from './record-event.ts';
import {
  type NewSession,
  signingInActor,
  startSession,
  strangerActor,
  type Visitor,
} from './start-session.ts';
import {
  clearThrottle,
  clientPrefix,
  forgiveAttempt,
  KNOWN_PLACE_DAYS,
  type Throttle,
  takeAttempt,
  throttle,
} from './throttle.ts';

export type SignIn = {
  database: Database;
  passwords: PasswordHasher;
  email: string;
  password: string;
  visitor: Visitor;
  now: Date;
};

export type SignedInNow = {
  ok: true;
  session: NewSession;
  staffRole: StaffRole | null;
  secondFactor: SecondFactorStanding;
};

export type SignInResult =
  | SignedInNow
  /** No such person, no password yet, or another password: one answer. */
  | { ok: false; code: 'wrong_credentials' }
  | { ok: false; code: 'throttled'; until: Date }
  /** Too many sign-ins at once; nothing was checked or counted. */
  | { ok: false; code: 'busy' };

/**
 * Signs a person in by e-mail and password. For an e-mail address that nobody has, the same throttles count and the
 * same work is done, so that neither answer nor time tells who exists.
 */
export async function signIn(operation: SignIn): Promise<SignInResult> {
  const { database, passwords, password, visitor, now } = operation;
  const email = normaliseEmail(operation.email);
  const limits = await signInThrottles(database, email, visitor, now);
  const last: Throttle[] = [];
  for (const limit of limits.all) {
    const attempt = await takeAttempt(database, limit, now);
    if (!attempt.ok) return attempt;
    if (attempt.last) last.push(limit);
  }

  const found = await findPersonByEmail(database, email);
  const verdict = await passwords.verify(found?.person.passwordHash ?? null, password);
  if (verdict === 'busy') {
    for (const limit of limits.all) await forgiveAttempt(database, limit);
    return { ok: false, code: 'busy' };
  }
  if (verdict === 'mismatch' || found === undefined) {
    for (const limit of last) {
      await recordEvent(database, strangerActor(visitor), {
        kind: 'sign_in_throttled',
        content: { limit: limit.name, person: found?.person.id ?? null },
      });
    }
    return { ok: false, code: 'wrong_credentials' };
  }

  await clearThrottle(database, limits.fromHere);
  for (const limit of limits.all) if (limit !== limits.fromHere) await forgiveAttempt(database, limit);
  const entered = await enter(database, found, 'password', visitor, now);
  return entered ?? { ok: false, code: 'wrong_credentials' };
}

type Found = NonNullable<Awaited<ReturnType<typeof findPersonByEmail>>>;

/**
 * The session and its event, for whoever has shown who they are. The look at a password takes long: null where it has been
 * taken away or changed meanwhile, which ended all sessions, and would not have ended this one.
 */
export async function enter(
  database: Database,
  { person, staffRole }: Found,
  method: 'password' | 'provider',
  visitor: Visitor,
  now: Date,
): Promise<SignedInNow | null> {
  const secondFactor = secondFactorStanding({
    staffRole,
    demo: person.demo,
    enrolled: person.totpConfirmedAt !== null,
    passedAt: null,
  });
  return database.transaction(async (transaction) => {
    const looked = method === 'password' ? eq(people.passwordHash, person.passwordHash ?? '') : undefined;
    // Held until the session is there: whoever ends all sessions comes before the look or behind the session.
    const [still] = await transaction
      .select({ id: people.id })
      .from(people)
      .where(and(eq(people.id, person.id), isNull(people.erasedAt), looked))
      .for('share');
    if (still === undefined) return null;
    const session = await startSession(transaction, { personId: person.id, staffRole, visitor, now });
    await recordEvent(transaction, signingInActor(person.id, staffRole, visitor), {
      kind: 'signed_in',
      content: { session: session.id, method, second_factor: secondFactor },
    });
    return { ok: true as const, session, staffRole, secondFactor };
  });
}

/** What an attempt counts against, the cheapest to trip first. */
async function signInThrottles(
  database: Database,
  email: string,
  visitor: Visitor,
  now: Date,
): Promise<{ all: Throttle[]; fromHere: Throttle }> {
  const client = clientPrefix(visitor.address);
  const fromHere = throttle('person_from_client', email, client);
  const known = await isKnownPlace(database, email, client, now);
  const all = [throttle('client', client), fromHere];
  return { all: known ? all : [...all, throttle('person_everywhere', email)], fromHere };
}

/** Whether the person signed in from this network lately: strangers elsewhere cannot keep them out here. */
async function isKnownPlace(database: Database, email: string, client: string, now: Date): Promise<boolean> {
  if (client === 'unknown') return false;
  const since = addDays(now, -KNOWN_PLACE_DAYS);
  const [row] = await database
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.personId))
    .where(
      and(
        sql`lower(${people.email}) = ${email}`,
        isNull(people.erasedAt),
        gt(sessions.createdAt, since),
        sql`${sessions.address} <<= ${client}::inet`,
      ),
    )
    .limit(1);
  return row !== undefined;
}
