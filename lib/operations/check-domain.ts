import { and, eq, isNull } from 'drizzle-orm';
import { domainClaims, senderDomains } from '../../db/schema.ts';
import type { Lookup, Resolver } from '../adapters/resolver.ts';
import { challengeName, isChallengeValue } from '../secrets/domain-token.ts';
import type { Secrets } from '../secrets/keys.ts';
import { type ServerOperation, serverForPerson } from './acting-on-server.ts';
import { recordEvent } from './record-event.ts';
import { type Result, refuse } from './result.ts';

export type CheckDomain = ServerOperation & {
  domain: string;
  resolver: Pick<Resolver, 'txt'>;
  secrets: Secrets;
};

/** What the look for the record ended in. Only `verified` changes what may be sent. */
export type DomainOutcome = 'verified' | 'no_record' | 'other_value' | 'temporary_error';

/**
 * Looks for the record of a claimed domain. Found, the domain is a verified sender domain of the server at once, on
 * every node; anything else is kept beside the claim, which goes on.
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
  if ((await database.$count(domainClaims, ofClaim)) === 0) return refuse.notFound();
  const outcome = outcomeOf(await resolver.txt(challengeName(domain)), (value) =>
    isChallengeValue(secrets, value, server.id, domain),
  );
  if (outcome !== 'verified') {
    await database.update(domainClaims).set({ checkedAt: now, outcome }).where(ofClaim);
    return { ok: true, outcome };
  }
  return database.transaction(async (transaction) => {
    // The clock first: verified domains are what nodes read.
    const added = await transaction
      .insert(senderDomains)
      .values({ serverId: server.id, domain, source: 'txt', verifiedAt: now })
      .onConflictDoNothing()
      .returning({ id: senderDomains.id });
    await transaction.update(domainClaims).set({ endedAt: now }).where(ofClaim);
    if (added.length > 0) {
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

function outcomeOf(lookup: Lookup<string>, isOurs: (value: string) => boolean): DomainOutcome {
  if (lookup.outcome === 'temporary_error') return 'temporary_error';
  if (lookup.outcome === 'none') return 'no_record';
  return lookup.records.some(isOurs) ? 'verified' : 'other_value';
}
