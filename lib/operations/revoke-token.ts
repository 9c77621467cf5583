import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isUuid } from '../../db/queries/entries.ts';
import { apiTokens } from '../../db/schema.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';

export type RevokeToken = { database: Database; actor: Actor; tokenId: string; now: Date };

/** Ends a token at once. A person ends their own; the operator's command line any. */
export async function revokeToken({ database, actor, tokenId, now }: RevokeToken): Promise<Result<object>> {
  if (!isUuid(tokenId)) return refuse.notFound();
  return database.transaction(async (transaction) => {
    const [revoked] = await transaction
      .update(apiTokens)
      .set({ revokedAt: now })
      .where(
        and(
          eq(apiTokens.id, tokenId),
          isNull(apiTokens.revokedAt),
          actor.viewer === null ? undefined : eq(apiTokens.personId, actor.viewer.personId),
        ),
      )
      .returning({ id: apiTokens.id, personId: apiTokens.personId });
    if (revoked === undefined) return refuse.notFound();
    await recordEvent(transaction, actor, {
      kind: 'token_revoked',
      content: { token: revoked.id, person: revoked.personId },
    });
    return { ok: true as const };
  });
}
