import { and, eq, isNull } from 'drizzle-orm';
import { domainClaims, senderDomains } from '../../db/schema.ts';
import { isPublicSuffix, parseDomainName } from '../adapters/domain-name.ts';
import { isMailProvider } from '../domain/mail-providers.ts';
import { type ServerOperation, serverForPerson } from './acting-on-server.ts';
import { recordEvent } from './record-event.ts';
import type { Refusal, Result } from './result.ts';
import { takeAttempt, throttle } from './throttle.ts';

export type ClaimDomain = ServerOperation & {
  /** As it was typed. */
  domain: string;
};

export type DomainClaim = typeof domainClaims.$inferSelect;

/** What one server may wait for at once: more is nobody's list of domains. */
const MOST_CLAIMS = 100;

const invalid = (reason: string): Refusal => ({ ok: false, code: 'invalid', field: 'domain', reason });

/**
 * An owner says that a domain is theirs; nothing holds until its name servers say so too (`checkDomain`). Refused as
 * `invalid`: what is no domain, what strangers have names below, what everybody has mailboxes at. Asked twice, it is
 * the same claim. Asked without end: `throttled`.
 */
export async function claimDomain(operation: ClaimDomain): Promise<Result<{ claim: DomainClaim }>> {
  const { database, actor, now } = operation;
  const found = await serverForPerson(operation, 'manage_domains');
  if (!found.ok) return found;
  const domain = parseDomainName(operation.domain);
  if (domain === null) return invalid('not_a_domain');
  if (isPublicSuffix(domain)) return invalid('public_suffix');
  if (isMailProvider(domain)) return invalid('mail_provider');
  const { server, account } = found;
  const ofServer = and(eq(senderDomains.serverId, server.id), isNull(senderDomains.endedAt));
  if ((await database.$count(senderDomains, and(ofServer, eq(senderDomains.domain, domain)))) > 0) {
    return invalid('already_verified');
  }
  const open = and(eq(domainClaims.serverId, server.id), isNull(domainClaims.endedAt));
  if ((await database.$count(domainClaims, open)) >= MOST_CLAIMS) return invalid('too_many');
  const attempt = await takeAttempt(database, throttle('domain_claims', server.id), now);
  if (!attempt.ok) return attempt;
  return database.transaction(async (transaction) => {
    const [claim] = await transaction
      .insert(domainClaims)
      .values({ serverId: server.id, domain, claimedBy: actor.viewer?.personId ?? null, createdAt: now })
      .onConflictDoNothing()
      .returning();
    if (claim === undefined) {
      const [known] = await transaction
        .select()
        .from(domainClaims)
        .where(and(open, eq(domainClaims.domain, domain)));
      return known === undefined ? invalid('already_verified') : { ok: true as const, claim: known };
    }
    await recordEvent(transaction, actor, {
      kind: 'domain_claimed',
      accountId: account.id,
      serverId: server.id,
      content: { domain },
    });
    return { ok: true as const, claim };
  });
}
