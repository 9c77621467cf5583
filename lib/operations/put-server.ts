import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { accounts, plans, senderDomains, servers, smtpCredentials, subscriptions } from '../../db/schema.ts';
import { type ServerWord, type SubscriptionStatus, serverStanding, serverWord } from '../domain/sanctions.ts';
import type { MailNeeds } from '../domain/smtp-decision.ts';
import { throughFuse } from './feed-fuse.ts';
import { serverFeedOf, wordsOf } from './feed-words.ts';
import { lockFuse } from './fuse-passage.ts';
import { lockFeed } from './lock-feed.ts';
import { isUniqueError } from './move-entry.ts';
import { forceStandings, notifyForceChange } from './notify-force.ts';
import { isOlder } from './put-account.ts';
import { recordEvent } from './record-event.ts';
import { sha256 } from './rehash-credential.ts';
import type { Actor, Refusal, Result } from './result.ts';

export type ServerFeed = {
  slug: string;
  account?: string;
  name?: string;
  status?: ServerWord;
  /** `both`: mail only from whitelisted addresses that have signed in; `either` unless said. */
  mailNeeds?: MailNeeds;
  plan?: string;
  subscription?: { status?: SubscriptionStatus; paidUntil?: Date | null };
  /** The full set of verified sender domains. */
  domains?: string[];
  /** The full set of SMTP credentials, passwords as argon2id, bcrypt or sha512-crypt hashes. */
  credentials?: { username: string; passwordHash: string }[];
  asOf?: Date;
};

export type ServerRow = typeof servers.$inferSelect;
type PutServer = {
  database: Database;
  actor: Actor;
  server: ServerFeed;
  now: Date;
  /** A person has decided that it is done although it takes many entries out of force. */
  decided?: boolean;
};

/** `held`: what takes entries out of force waits for a person; everything else is done. */
export type ServerPut = { server: ServerRow; created: boolean; changed: boolean; held: boolean };

const invalid = (field: string, reason: string): Refusal => ({ ok: false, code: 'invalid', field, reason });

/** Creates or updates a server from the platform's feed: absent means unchanged, a list is the full set. */
export async function putServer(operation: PutServer): Promise<Result<ServerPut>> {
  const { database, server: feed } = operation;
  if (feed.plan !== undefined) {
    const [plan] = await database.select().from(plans).where(eq(plans.id, feed.plan));
    if (plan === undefined) return invalid('plan', 'unknown');
  }
  try {
    return await database.transaction((transaction) => put(transaction, operation));
  } catch (error) {
    if (isUniqueError(error, 'smtp_credentials_username'))
      return { ok: false, code: 'taken', field: 'username' };
    throw error;
  }
}

async function put(transaction: Database, operation: PutServer): Promise<Result<ServerPut>> {
  const { server: feed, now, decided = false } = operation;
  await lockFeed(transaction, 'server', feed.slug);
  const { status, plan, subscription, ...rest } = feed;
  const moves = status !== undefined || plan !== undefined || subscription !== undefined;
  if (moves) await lockFuse(transaction);
  const [account] =
    feed.account === undefined
      ? []
      : await transaction.select().from(accounts).where(eq(accounts.slug, feed.account));
  if (feed.account !== undefined && account === undefined) return invalid('account', 'unknown');
  const [known] = await transaction.select().from(servers).where(eq(servers.slug, feed.slug));
  if (known !== undefined && isOlder(feed.asOf, known.asOf)) {
    return { ok: false as const, code: 'stale_feed' as const, asOf: known.asOf };
  }
  if (known === undefined && account === undefined) return invalid('account', 'missing');
  if (feed.subscription !== undefined && feed.plan === undefined) {
    const subscribed = known !== undefined && (await hasSubscription(transaction, known.id));
    if (!subscribed) return invalid('plan', 'missing');
  }
  // Entries, credentials and their history belong to the account: a server does not move.
  if (known !== undefined && account !== undefined && known.accountId !== account.id) {
    return invalid('account', 'other');
  }
  const done = (outcome: Changed, held: boolean) => ({
    ok: true as const,
    server: outcome.server,
    created: known === undefined,
    changed: outcome.changes.length > 0,
    held,
  });
  if (known === undefined || !moves) {
    return done(await change(transaction, operation, feed, known, account?.id), false);
  }
  const standings = (within: Database) => forceStandings(within, { serverId: known.id }, now);
  const before = await standings(transaction);
  const changeAndTell = async (within: Database, said: ServerFeed) => {
    const changed = await change(within, operation, said, known, account?.id);
    if (before.size > 0 && changed.changes.length > 0) {
      await notifyForceChange(within, { before, after: await standings(within), now });
    }
    return changed;
  };
  if (decided) return done(await changeAndTell(transaction, feed), false);
  const { result, held } = await throughFuse(transaction, {
    subject: `server:${feed.slug}`,
    words: wordsOf({ status, plan, subscription }),
    action: (words) => ({ kind: 'server', slug: feed.slug, feed: words }),
    before,
    standings,
    whole: (within, words) => changeAndTell(within, { ...rest, ...serverFeedOf(words) }),
    rest: (within) => changeAndTell(within, rest),
    now,
  });
  return done(result, held);
}

type Changed = { server: ServerRow; changes: string[] };

async function change(
  transaction: Database,
  { actor, now }: PutServer,
  feed: ServerFeed,
  known: ServerRow | undefined,
  accountId: string | undefined,
): Promise<Changed> {
  const { server: found, changes } = await upsertServer(transaction, feed, known, accountId);
  let server = found;
  if (await putSubscription(transaction, server, feed, now)) changes.push('subscription');
  if (await putDomains(transaction, server, feed, now)) changes.push('domains');
  if (await putCredentials(transaction, server, feed, now)) changes.push('credentials');
  if (changes.length > 0) {
    if (known !== undefined) server = await touch(transaction, server, now);
    await recordEvent(transaction, actor, {
      kind: known === undefined ? 'server_created' : 'server_changed',
      accountId: server.accountId,
      serverId: server.id,
      content: {
        changes,
        status: server.status,
        ...(server.platformStatus === null ? {} : { platform_status: server.platformStatus }),
        plan: feed.plan ?? null,
        subscription: feed.subscription?.status ?? null,
        mail_needs: server.mailNeeds,
      },
    });
  }
  return { server, changes };
}

/** After what ticks the clock: this locks the server's row. */
async function touch(transaction: Database, server: ServerRow, now: Date): Promise<ServerRow> {
  const set = { updatedAt: now };
  const [touched] = await transaction.update(servers).set(set).where(eq(servers.id, server.id)).returning();
  return touched ?? server;
}

async function upsertServer(
  transaction: Database,
  feed: ServerFeed,
  known: ServerRow | undefined,
  accountId: string | undefined,
): Promise<{ server: ServerRow; changes: string[] }> {
  if (known === undefined) {
    if (accountId === undefined) throw new Error('a new server needs its account');
    const [server] = await transaction
      .insert(servers)
      .values({
        slug: feed.slug,
        accountId,
        name: feed.name ?? feed.slug,
        status: feed.status ?? 'active',
        mailNeeds: feed.mailNeeds ?? 'either',
        asOf: feed.asOf ?? null,
      })
      .returning();
    if (server === undefined) throw new Error('the insert of a server returned no row');
    return { server, changes: ['created'] };
  }
  const changes: string[] = [];
  const set: Partial<typeof servers.$inferInsert> = {};
  if (feed.name !== undefined && feed.name !== known.name) {
    set.name = feed.name;
    changes.push('name');
  }
  // The platform's word is kept; it counts as far as nothing graver of ours stands.
  if (feed.status !== undefined && feed.status !== serverWord(known)) {
    const { status, platformStatus } = serverStanding(feed.status, known.suspendedForAbuseAt);
    set.platformStatus = platformStatus;
    // A status that stays is not written: naming the column alone would tick the clock.
    if (status !== known.status) set.status = status;
    changes.push('status');
  }
  if (feed.mailNeeds !== undefined && feed.mailNeeds !== known.mailNeeds) {
    set.mailNeeds = feed.mailNeeds;
    changes.push('mail_needs');
  }
  if (feed.asOf !== undefined) set.asOf = feed.asOf;
  if (Object.keys(set).length === 0) return { server: known, changes };
  const [server] = await transaction.update(servers).set(set).where(eq(servers.id, known.id)).returning();
  if (server === undefined) throw new Error('a server vanished while it was updated');
  return { server, changes };
}

async function hasSubscription(transaction: Database, serverId: string): Promise<boolean> {
  return (await transaction.$count(subscriptions, eq(subscriptions.serverId, serverId))) > 0;
}

async function putSubscription(
  transaction: Database,
  server: ServerRow,
  feed: ServerFeed,
  now: Date,
): Promise<boolean> {
  if (feed.plan === undefined && feed.subscription === undefined) return false;
  const [known] = await transaction.select().from(subscriptions).where(eq(subscriptions.serverId, server.id));
  if (known === undefined) {
    if (feed.plan === undefined) return false;
    const status = feed.subscription?.status ?? 'active';
    await transaction.insert(subscriptions).values({
      serverId: server.id,
      planId: feed.plan,
      status,
      paidUntil: feed.subscription?.paidUntil ?? null,
      pastDueSince: status === 'past_due' ? now : null,
    });
    return true;
  }
  const planId = feed.plan ?? known.planId;
  const status = feed.subscription?.status ?? known.status;
  const paidUntil =
    feed.subscription?.paidUntil === undefined ? known.paidUntil : feed.subscription.paidUntil;
  if (
    planId === known.planId &&
    status === known.status &&
    (paidUntil?.getTime() ?? null) === (known.paidUntil?.getTime() ?? null)
  ) {
    return false;
  }
  await transaction
    .update(subscriptions)
    .set({
      planId,
      status,
      paidUntil,
      pastDueSince: status === 'past_due' ? (known.pastDueSince ?? now) : null,
      updatedAt: now,
    })
    .where(eq(subscriptions.serverId, server.id));
  return true;
}

async function putDomains(
  transaction: Database,
  server: ServerRow,
  feed: ServerFeed,
  now: Date,
): Promise<boolean> {
  if (feed.domains === undefined) return false;
  const wanted = new Set(feed.domains.map((domain) => domain.toLowerCase()));
  const current = await transaction
    .select()
    .from(senderDomains)
    .where(and(eq(senderDomains.serverId, server.id), isNull(senderDomains.endedAt)));
  const ended = current.filter((row) => row.source === 'feed' && !wanted.has(row.domain));
  const added = [...wanted].filter((domain) => !current.some((row) => row.domain === domain));
  if (ended.length > 0) {
    await transaction
      .update(senderDomains)
      .set({ endedAt: now })
      .where(
        inArray(
          senderDomains.id,
          ended.map((row) => row.id),
        ),
      );
  }
  if (added.length > 0) {
    await transaction
      .insert(senderDomains)
      .values(
        added.map((domain) => ({ serverId: server.id, domain, source: 'feed' as const, verifiedAt: now })),
      );
  }
  return ended.length + added.length > 0;
}

async function putCredentials(
  transaction: Database,
  server: ServerRow,
  feed: ServerFeed,
  now: Date,
): Promise<boolean> {
  if (feed.credentials === undefined) return false;
  const wanted = new Map(feed.credentials.map((one) => [one.username.toLowerCase(), one]));
  const current = await transaction
    .select()
    .from(smtpCredentials)
    .where(and(eq(smtpCredentials.serverId, server.id), isNull(smtpCredentials.endedAt)));
  const stays = (row: (typeof current)[number]) => {
    const brought = wanted.get(row.username.toLowerCase())?.passwordHash;
    if (brought === undefined) return false;
    // A node may have made an argon2id of what the platform brought, and brings again.
    return brought === row.passwordHash || sha256(brought) === row.broughtSha256;
  };
  // A changed password is a new row: nodes forget what they had verified with the old one.
  const ended = current.filter((row) => !stays(row));
  const kept = new Set(current.filter(stays).map((row) => row.username.toLowerCase()));
  const added = [...wanted].filter(([username]) => !kept.has(username)).map(([, credential]) => credential);
  if (ended.length > 0) {
    await transaction
      .update(smtpCredentials)
      .set({ endedAt: now })
      .where(
        inArray(
          smtpCredentials.id,
          ended.map((row) => row.id),
        ),
      );
  }
  if (added.length > 0) {
    await transaction.insert(smtpCredentials).values(added.map((one) => ({ ...one, serverId: server.id })));
  }
  return ended.length + added.length > 0;
}
