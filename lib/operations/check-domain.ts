import { and, eq, isNull } from 'drizzle-orm';
import { domainByRecord } from '../../db/queries/domains.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { domainChecks, domainClaims, senderDomains } from '../../db/schema.ts';
import type { Resolver } from '../adapters/resolver.ts';
import type { DomainOutcome } from '../domain/domain-recheck.ts';
import { nextAsking, shareOf } from '../domain/evidence-schedule.ts';
import type { Secrets } from '../secrets/keys.ts';
import { type ServerOperation, serverForPerson } from './acting-on-server.ts';
import { lookForChallenge } from './look-for-challenge.ts';
import { recheckDomain } from './recheck-domain.ts';
import { recordEvent } from './record-event.ts';
import { type Result, refuse } from './result.ts';

export type CheckDomain = ServerOperation & {
  domain: string;
  resolver: Pick<Resolver, 'txt'>;
  secrets: Secrets;
};

/**
 * Looks for the record of a claimed domain. Found, the domain is a verified sender domain of the server at once, on
 * every node; anything else is kept beside the claim, which goes on. Of a domain that was verified by a record it looks
 * whether that is there again.
 */
export async function checkDomain(operation: CheckDomain): Promise<Result<{ outcome: DomainOutcome }>> {
  const { database, actor, now, domain, resolver, secrets } = operation;
  const found = await serverForPerson(operation, 'manage_domains');
  if (!found.ok) return found;
  const { server, account } = found;
  const ofClaim = and(
    eq(domainClaims.serverId, server.id),
    eq(domainClaims.domain, domain),
    isNull(domainClaims.endedAt),
  );
  if ((await database.$count(domainClaims, ofClaim)) === 0) {
    const verified = await domainByRecord(database, { serverId: server.id, domain });
    if (verified === undefined) return refuse.notFound();
    const outcome = await recheckDomain({ database, domainId: verified.id, resolver, secrets, now });
    return outcome === 'gone' ? refuse.notFound() : { ok: true, outcome };
  }
  const { outcome, record } = await lookForChallenge({ resolver, secrets, serverId: server.id, domain });
  if (outcome !== 'verified') {
    await database.update(domainClaims).set({ checkedAt: now, outcome }).where(ofClaim);
    return { ok: true, outcome };
  }
  return database.transaction(async (transaction) => {
    // The claim first, as whoever gives it up does: it may have been while the name servers were asked.
    const claims = await transaction
      .update(domainClaims)
      .set({ endedAt: now })
      .where(ofClaim)
      .returning({ id: domainClaims.id });
    if (claims.length === 0) {
      const verified = await domainByRecord(transaction, { serverId: server.id, domain });
      return verified === undefined ? refuse.notFound() : { ok: true as const, outcome };
    }
    const [added] = await transaction
      .insert(senderDomains)
      .values({ serverId: server.id, domain, source: 'txt', verifiedAt: now })
      .onConflictDoNothing()
      .returning({ id: senderDomains.id });
    if (added !== undefined) {
      const dueAt = nextAsking(
        await currentPolicy(transaction),
        { outcome: 'found', failures: 0, share: shareOf(added.id) },
        now,
      );
      await transaction
        .insert(domainChecks)
        .values({ domainId: added.id, record, checkedAt: now, outcome, dueAt });
      await recordEvent(transaction, actor, {
        kind: 'domain_verified',
        accountId: account.id,
        serverId: server.id,
        content: { domain, by: 'txt' },
      });
    }
    return { ok: true as const, outcome };
  });
}
