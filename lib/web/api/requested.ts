import type { z } from 'zod';
import type { ScopeWish } from '../../domain/entry-scope.ts';
import type { EntryEdits } from '../../operations/edit-entry.ts';
import type { ServerFeed } from '../../operations/put-server.ts';
import type { EntryRequest } from '../../operations/request-entry.ts';
import type { editEntrySchema, newEntrySchema } from './schemas/entry-requests.ts';
import type { serverFeedSchema } from './schemas/feed.ts';

// From the API's names to the operations'.

type ScopeBody = NonNullable<z.output<typeof newEntrySchema>['scope']>;

export function entryRequest(server: string, body: z.output<typeof newEntrySchema>): EntryRequest {
  const { lease_end: leaseEnd, rarely_sends: rarelySends, scope, ...rest } = body;
  return { server, ...rest, leaseEnd, rarelySends, scope: scope && requestedScope(scope) };
}

export function entryEdits(body: z.output<typeof editEntrySchema>): EntryEdits {
  const { label, site, contact, rarely_sends: rarelySends, scope } = body;
  if (scope === undefined && rarelySends === undefined) return { label, site, contact };
  const { mode, ...rest } = scope ?? {};
  return {
    label,
    site,
    contact,
    scope: {
      ...requestedScope(rest),
      ...(rarelySends === undefined ? {} : { rarelySends }),
      ...(mode === undefined ? {} : { mode }),
    },
  };
}

/** What was not said is left out: an operation tells a wish from silence by the key. */
function requestedScope(scope: Omit<ScopeBody, 'mode'>): ScopeWish {
  const wish: ScopeWish = {
    senderDomains: scope.sender_domains,
    recipientDomains: scope.recipient_domains,
    tls: scope.tls,
    messagesPerHour: scope.messages_per_hour,
    recipientsPerMessage: scope.recipients_per_message,
    messageBytes: scope.message_bytes,
  };
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
}

export function serverFeed(slug: string, body: z.output<typeof serverFeedSchema>): ServerFeed {
  const { subscription, credentials, as_of: asOf, mail_needs: mailNeeds, ...rest } = body;
  return {
    slug,
    ...rest,
    asOf,
    mailNeeds,
    subscription: subscription && { status: subscription.status, paidUntil: subscription.paid_until },
    credentials: credentials?.map((one) => ({ username: one.username, passwordHash: one.password_hash })),
  };
}
