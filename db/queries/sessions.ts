import { and, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { addDays } from '../../lib/domain/days.ts';
import type { Viewer } from '../../lib/domain/permissions.ts';
import { type SecondFactorStanding, secondFactorStanding } from '../../lib/domain/second-factor.ts';
import type { Database } from '../client.ts';
import { memberships, people, sessions, staff } from '../schema.ts';
import { isUuid } from './entries.ts';

/** A session that nobody has used for so long is over, whenever it would have expired. */
export const SESSION_IDLE_DAYS = 3;

export type LiveSession = {
  sessionId: string;
  expiresAt: Date;
  lastSeenAt: Date;
  person: { id: string; email: string; name: string | null; timeZone: string; demo: boolean };
  secondFactor: SecondFactorStanding;
  /** What the person may see once `secondFactor` is satisfied: memberships and staff role as they are now. */
  viewer: Viewer;
};

/** The current memberships of a person, as a viewer carries them. */
export const currentMemberships: SQL<Viewer['memberships']> = sql`(
  select coalesce(json_agg(json_build_object('accountId', ${memberships.accountId}, 'role', ${memberships.role})
    order by ${memberships.createdAt}), '[]')
  from ${memberships} where ${memberships.personId} = ${people.id} and ${memberships.endedAt} is null)`;

/** A session with everything that the person may do, in one query; undefined once it is revoked, expired or idle. */
export async function findLiveSession(
  database: Database,
  sessionId: string,
  now: Date,
): Promise<LiveSession | undefined> {
  if (!isUuid(sessionId)) return undefined;
  const [row] = await database
    .select({
      session: sessions,
      person: people,
      staffRole: staff.role,
      memberships: currentMemberships,
    })
    .from(sessions)
    .innerJoin(people, and(eq(people.id, sessions.personId), isNull(people.erasedAt)))
    .leftJoin(staff, and(eq(staff.personId, people.id), isNull(staff.endedAt)))
    .where(
      and(
        eq(sessions.id, sessionId),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, now),
        gt(sessions.lastSeenAt, addDays(now, -SESSION_IDLE_DAYS)),
      ),
    );
  if (row === undefined) return undefined;
  const { session, person, staffRole } = row;
  if (person.email === null) return undefined;
  return {
    sessionId: session.id,
    expiresAt: session.expiresAt,
    lastSeenAt: session.lastSeenAt,
    person: {
      id: person.id,
      email: person.email,
      name: person.name,
      timeZone: person.timeZone,
      demo: person.demo,
    },
    secondFactor: secondFactorStanding({
      staffRole,
      demo: person.demo,
      enrolled: person.totpConfirmedAt !== null,
      passedAt: session.secondFactorAt,
    }),
    viewer: { personId: person.id, memberships: row.memberships, staffRole },
  };
}
