import { and, eq, isNull } from 'drizzle-orm';
import { domainClaims, senderDomains } from '../../db/schema.ts';
import { type ServerOperation, serverForPerson } from './acting-on-server.ts';
import { recordEvent } from './record-event.ts';
import { type Result, refuse } from './result.ts';

export type EndDomain = ServerOperation & { domain: string };

/**
 * An owner gives a domain up, claimed or verified: no entry of the server may send as it any more. What the platform's
 * feed has verified only the feed ends (`invalid`, reason `from_feed`).
 */
export async function endDomain(operation: EndDomain): Promise<Result<{ domain: string }>> {
  const { database, actor, now, domain } = operation;
  const found = await serverForPerson(operation, 'manage_domains');
  if (!found.ok) return found;
  const { server, account } = found;
  return database.transaction(async (transaction) => {
    const current = and(
      eq(senderDomains.serverId, server.id),
      eq(senderDomains.domain, domain),
      isNull(senderDomains.endedAt),
    );
    const [verified] = await transaction.select().from(senderDomains).where(current);
    if (verified?.source === 'feed') {
      return { ok: false as const, code: 'invalid' as const, field: 'domain', reason: 'from_feed' };
    }
    // The claim first, as whoever finds its record does: the domain is then there to be ended.
    const claims = await transaction
      .update(domainClaims)
      .set({ endedAt: now })
      .where(
        and(
          eq(domainClaims.serverId, server.id),
          eq(domainClaims.domain, domain),
          isNull(domainClaims.endedAt),
        ),
      )
      .returning({ id: domainClaims.id });
    const ended = await transaction
      .update(senderDomains)
      .set({ endedAt: now })
      .where(and(current, eq(senderDomains.source, 'txt')))
      .returning({ id: senderDomains.id });
    if (ended.length + claims.length === 0) return refuse.notFound();
    await recordEvent(transaction, actor, {
      kind: ended.length > 0 ? 'domain_ended' : 'domain_claim_withdrawn',
      accountId: account.id,
      serverId: server.id,
      content: { domain },
    });
    return { ok: true as const, domain };
  });
}
