import type { z } from 'zod';
import type { Database } from '../../../db/client.ts';
import { findServerWithParts } from '../../../db/queries/servers.ts';
import type { AccountRow } from '../../operations/put-account.ts';
import type { accountSchema, ServerJson } from './schemas/feed.ts';

export function accountJson(account: AccountRow): z.output<typeof accountSchema> {
  return {
    slug: account.slug,
    name: account.name,
    status: account.status,
    as_of: account.asOf?.toISOString() ?? null,
    created_at: account.createdAt.toISOString(),
    updated_at: account.updatedAt.toISOString(),
  };
}

/** The server as it is after a feed; hashes of passwords are never answered. */
export async function readServer(database: Database, slug: string): Promise<ServerJson> {
  const found = await findServerWithParts(database, slug);
  if (found === undefined) throw new Error(`server ${slug} vanished while it was answered`);
  const { server, accountSlug, subscription, domains, usernames } = found;
  return {
    slug: server.slug,
    account: accountSlug,
    name: server.name,
    status: server.status,
    mail_needs: server.mailNeeds,
    plan: subscription?.planId ?? null,
    subscription: subscription && {
      status: subscription.status,
      paid_until: subscription.paidUntil?.toISOString() ?? null,
    },
    domains,
    credentials: usernames.map((username) => ({ username })),
    as_of: server.asOf?.toISOString() ?? null,
    created_at: server.createdAt.toISOString(),
    updated_at: server.updatedAt.toISOString(),
  };
}
