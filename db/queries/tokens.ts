import { and, desc, eq, isNull } from 'drizzle-orm';
import type { TokenScope } from '../../lib/domain/permissions.ts';
import type { Database } from '../client.ts';
import { apiTokens } from '../schema.ts';

export type TokenSummary = {
  id: string;
  name: string;
  scope: TokenScope;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
};

/** A person's own tokens that are not revoked, newest first. The tokens themselves are stored nowhere. */
export async function listTokens(database: Database, personId: string): Promise<TokenSummary[]> {
  return database
    .select({
      id: apiTokens.id,
      name: apiTokens.name,
      scope: apiTokens.scope,
      createdAt: apiTokens.createdAt,
      expiresAt: apiTokens.expiresAt,
      lastUsedAt: apiTokens.lastUsedAt,
    })
    .from(apiTokens)
    .where(and(eq(apiTokens.personId, personId), isNull(apiTokens.revokedAt)))
    .orderBy(desc(apiTokens.createdAt), apiTokens.id);
}
