import type { Database } from '../../db/client.ts';
import { sessions } from '../../db/schema.ts';
import type { StaffRole, Viewer } from '../domain/permissions.ts';
import type { Actor } from './result.ts';

const HOUR_MS = 3_600_000;
const SESSION_HOURS = 14 * 24;
/** Staff decide over everybody: they sign in each working day. */
const STAFF_SESSION_HOURS = 12;
const MOST_USER_AGENT = 300;

/** Who knocks, before it is known who it is. */
export type Visitor = {
  /** Canonical text of the client address, null where it is not known. */
  address: string | null;
  userAgent: string | null;
};

export type NewSession = { id: string; expiresAt: Date };

/** Writes the session row. Inside the transaction of the operation that signs in, which records why. */
export async function startSession(
  transaction: Database,
  start: {
    personId: string;
    staffRole: StaffRole | null;
    visitor: Visitor;
    secondFactorAt?: Date | null;
    now: Date;
  },
): Promise<NewSession> {
  const { personId, staffRole, visitor, now } = start;
  const hours = staffRole === null ? SESSION_HOURS : STAFF_SESSION_HOURS;
  const expiresAt = new Date(now.getTime() + hours * HOUR_MS);
  const [session] = await transaction
    .insert(sessions)
    .values({
      personId,
      address: visitor.address,
      userAgent: visitor.userAgent?.slice(0, MOST_USER_AGENT) ?? null,
      secondFactorAt: start.secondFactorAt ?? null,
      createdAt: now,
      lastSeenAt: now,
      expiresAt,
    })
    .returning({ id: sessions.id });
  if (session === undefined) throw new Error('the insert of a session returned no row');
  return { id: session.id, expiresAt };
}

/** The person who signs in, as the actor of the event. */
export function signingInActor(personId: string, staffRole: StaffRole | null, visitor: Visitor): Actor {
  const viewer: Viewer = { personId, memberships: [], staffRole };
  return { kind: staffRole === null ? 'person' : 'staff', viewer, address: visitor.address, via: 'portal' };
}

/** Nobody we know yet: the actor of a throttle that was tripped. */
export function strangerActor(visitor: Visitor): Actor {
  return { kind: 'system', viewer: null, address: visitor.address, via: 'portal' };
}
