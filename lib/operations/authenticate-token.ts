import { and, eq, gt, isNull, or } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentMemberships } from '../../db/queries/sessions.ts';
import { apiTokens, people, staff } from '../../db/schema.ts';
import type { TokenScope, Viewer } from '../domain/permissions.ts';
import { TOKEN_PREFIX, tokenHash } from './create-token.ts';

/** How exact `last_used_at` is: a write for each call would be a write too many. */
const USED_EVERY_MS = 5 * 60_000;

export type TokenHolder = { tokenId: string; personId: string; scope: TokenScope; viewer: Viewer };

/**
 * Whose token this is and what it may do now. Of the person's roles the viewer has only what the scope reaches: an
 * `account` token the memberships, a `staff` token the staff role, a `platform` token neither.
 * @param token the bearer token as it was sent
 * @returns null for any that is unknown, expired or revoked, and for a staff or platform token whose person is no
 *   longer that; an account token outlives its memberships and then finds nothing
 */
export async function authenticateToken(operation: {
  database: Database;
  token: string;
  now: Date;
}): Promise<TokenHolder | null> {
  const { database, token, now } = operation;
  if (!token.startsWith(TOKEN_PREFIX)) return null;
  const [row] = await database
    .select({ token: apiTokens, staffRole: staff.role, memberships: currentMemberships })
    .from(apiTokens)
    .innerJoin(people, and(eq(people.id, apiTokens.personId), isNull(people.erasedAt)))
    .leftJoin(staff, and(eq(staff.personId, people.id), isNull(staff.endedAt)))
    .where(
      and(
        eq(apiTokens.tokenHash, tokenHash(token)),
        isNull(apiTokens.revokedAt),
        or(isNull(apiTokens.expiresAt), gt(apiTokens.expiresAt, now)),
      ),
    );
  if (row === undefined) return null;
  const { id: tokenId, personId, scope, lastUsedAt } = row.token;
  if (scope === 'staff' && row.staffRole === null) return null;
  if (scope === 'platform' && row.staffRole !== 'admin') return null;
  if (lastUsedAt === null || now.getTime() - lastUsedAt.getTime() > USED_EVERY_MS) {
    await database.update(apiTokens).set({ lastUsedAt: now }).where(eq(apiTokens.id, tokenId));
  }
  const viewer = {
    personId,
    memberships: scope === 'account' ? row.memberships : [],
    staffRole: scope === 'staff' ? row.staffRole : null,
  };
  return { tokenId, personId, scope, viewer };
}
