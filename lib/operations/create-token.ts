import { createHash, randomBytes } from 'node:crypto';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentMemberships } from '../../db/queries/sessions.ts';
import { apiTokens, people, staff } from '../../db/schema.ts';
import { mayMakeToken, scopeFits, type TokenScope, type Viewer } from '../domain/permissions.ts';
import { notifyPerson } from './notify.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';
import { takeAttempt, throttle } from './throttle.ts';

export const TOKEN_PREFIX = 'pst_';
const TOKEN_OCTETS = 32;
const LONGEST_NAME = 100;

export type CreateToken = {
  database: Database;
  actor: Actor;
  /** Whose token: the actor's own; the operator's command line may name anybody. */
  personId: string;
  /** What its owner knows it by. */
  name: string;
  scope: TokenScope;
  /** Null: until it is revoked. */
  expiresAt?: Date | null;
  now: Date;
};

/**
 * Makes an API token of a person. It can do what the person can do, as far as its scope reaches, and no longer than
 * the person can: `account` what their memberships allow, `staff` what their staff role allows, `platform` the feed.
 * @returns the token itself, which is stored nowhere and cannot be shown again
 */
export async function createToken(
  operation: CreateToken,
): Promise<Result<{ token: string; tokenId: string }>> {
  const { database, actor, personId, scope, now } = operation;
  const expiresAt = operation.expiresAt ?? null;
  const name = operation.name.trim();
  if (name === '' || name.length > LONGEST_NAME) return invalid('name', name === '' ? 'empty' : 'too_long');
  if (expiresAt !== null && expiresAt <= now) return invalid('expires_at', 'in_the_past');
  if (actor.viewer !== null && actor.viewer.personId !== personId) return refuse.notFound();
  const viewer = await personAsViewer(database, personId);
  if (viewer === undefined) return refuse.notFound();
  if (!scopeFits(scope, viewer)) return invalid('scope', 'not_for_this_person');
  if (actor.viewer !== null && !mayMakeToken(scope, viewer)) return refuse.notAllowed('manage_tokens');
  if (actor.viewer !== null) {
    const attempt = await takeAttempt(database, throttle('tokens_made', personId), now);
    if (!attempt.ok) return attempt;
  }
  const token = `${TOKEN_PREFIX}${randomBytes(TOKEN_OCTETS).toString('base64url')}`;
  return database.transaction(async (transaction) => {
    const [made] = await transaction
      .insert(apiTokens)
      .values({ tokenHash: tokenHash(token), personId, name, scope, createdAt: now, expiresAt })
      .returning({ id: apiTokens.id });
    if (made === undefined) throw new Error('the insert of a token returned no row');
    await recordEvent(transaction, actor, {
      kind: 'token_created',
      content: { token: made.id, person: personId, scope, expires_at: expiresAt?.toISOString() ?? null },
    });
    await notifyPerson(transaction, {
      kind: 'token_created',
      personId,
      key: made.id,
      values: { name, scope, expiresAt: expiresAt?.toISOString() ?? null, from: actor.address },
      now,
    });
    return { ok: true as const, token, tokenId: made.id };
  });
}

/** What the table keeps of a token: 256 random bits need no salt. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

async function personAsViewer(database: Database, personId: string): Promise<Viewer | undefined> {
  const [row] = await database
    .select({ personId: people.id, staffRole: staff.role, memberships: currentMemberships })
    .from(people)
    .leftJoin(staff, and(eq(staff.personId, people.id), isNull(staff.endedAt)))
    .where(and(sql`${people.id}::text = ${personId}`, isNull(people.erasedAt)));
  return row;
}

function invalid(field: string, reason: string): Result<never> {
  return { ok: false, code: 'invalid', field, reason };
}
