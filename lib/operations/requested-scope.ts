import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { plans, senderDomains, subscriptions } from '../../db/schema.ts';
import type { ScopeWish } from '../domain/entry-scope.ts';
import type { Refusal } from './result.ts';

const invalid = (field: string, reason: string): Refusal => ({ ok: false, code: 'invalid', field, reason });

/**
 * Checks a requested scope against the server: sender domains must be verified ones, the rate within the plan's. An
 * entry without any sender domain is not offered: the account adds a domain first.
 */
export async function checkScope(
  database: Database,
  serverId: string,
  scope: ScopeWish,
): Promise<{ ok: true; columns: ScopeWish } | Refusal> {
  const verified = await database
    .select({ domain: senderDomains.domain })
    .from(senderDomains)
    .where(and(eq(senderDomains.serverId, serverId), isNull(senderDomains.endedAt)));
  if (verified.length === 0) return invalid('sender_domains', 'no_verified_domain');
  const known = new Set(verified.map((row) => row.domain));
  const columns: ScopeWish = {};
  // Null is a wish too: every verified domain, any recipient, the plan's own rate.
  if (scope.senderDomains === null) columns.senderDomains = null;
  else if (scope.senderDomains !== undefined) {
    const wanted = scope.senderDomains.map((domain) => domain.toLowerCase());
    if (wanted.length === 0) return invalid('sender_domains', 'empty');
    if (!wanted.every((domain) => known.has(domain))) return invalid('sender_domains', 'not_verified');
    columns.senderDomains = wanted;
  }
  if (scope.recipientDomains === null) columns.recipientDomains = null;
  else if (scope.recipientDomains !== undefined) {
    if (scope.recipientDomains.length === 0) return invalid('recipient_domains', 'empty');
    columns.recipientDomains = scope.recipientDomains.map((domain) => domain.toLowerCase());
  }
  if (scope.messagesPerHour === null) columns.messagesPerHour = null;
  else if (scope.messagesPerHour !== undefined) {
    const [plan] = await database
      .select({ most: plans.defaultMessagesPerHour })
      .from(subscriptions)
      .innerJoin(plans, eq(plans.id, subscriptions.planId))
      .where(eq(subscriptions.serverId, serverId));
    if (plan !== undefined && scope.messagesPerHour > plan.most)
      return invalid('messages_per_hour', 'over_plan');
    columns.messagesPerHour = scope.messagesPerHour;
  }
  if (scope.tls !== undefined) columns.tls = scope.tls;
  if (scope.recipientsPerMessage !== undefined) columns.recipientsPerMessage = scope.recipientsPerMessage;
  if (scope.messageBytes !== undefined) columns.messageBytes = scope.messageBytes;
  if (scope.rarelySends !== undefined) columns.rarelySends = scope.rarelySends;
  return { ok: true, columns };
}
