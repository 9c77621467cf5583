import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { domainClaims, senderDomains } from '../schema.ts';

export type VerifiedDomain = { domain: string; source: 'feed' | 'txt'; verifiedAt: Date };

/** The verified sender domains of a server with how each was verified, by name. */
export async function listVerifiedDomains(database: Database, serverId: string): Promise<VerifiedDomain[]> {
  return database
    .select({
      domain: senderDomains.domain,
      source: senderDomains.source,
      verifiedAt: senderDomains.verifiedAt,
    })
    .from(senderDomains)
    .where(and(eq(senderDomains.serverId, serverId), isNull(senderDomains.endedAt)))
    .orderBy(asc(senderDomains.domain));
}

export type ClaimRow = typeof domainClaims.$inferSelect;

/** The domains that wait for their record, the oldest claim first. */
export async function listClaims(database: Database, serverId: string): Promise<ClaimRow[]> {
  return database
    .select()
    .from(domainClaims)
    .where(and(eq(domainClaims.serverId, serverId), isNull(domainClaims.endedAt)))
    .orderBy(asc(domainClaims.createdAt), asc(domainClaims.domain));
}
