import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { accounts } from '../../db/schema.ts';
import { type AccountStatus, accountStanding, accountWord } from '../domain/sanctions.ts';
import { throughFuse } from './feed-fuse.ts';
import { dropHeld, lockFuse } from './fuse-passage.ts';
import { lockFeed } from './lock-feed.ts';
import { forceStandings, notifyForceChange } from './notify-force.ts';
import { recordEvent } from './record-event.ts';
import type { Actor, Result } from './result.ts';

export type AccountFeed = {
  slug: string;
  name: string;
  status: AccountStatus;
  /** When the platform's own system knew this; an older one than the last is refused. */
  asOf?: Date;
};

export type AccountRow = typeof accounts.$inferSelect;

type PutAccount = {
  database: Database;
  actor: Actor;
  account: AccountFeed;
  now: Date;
  /** A person has decided that it is done although it takes many entries out of force. */
  decided?: boolean;
};

/** `held`: the status waits for a person, since it takes many entries out of force. */
export type AccountPut = { account: AccountRow; created: boolean; changed: boolean; held: boolean };

/** Creates or updates an account from the platform's feed. What changes nothing writes nothing. */
export async function putAccount(operation: PutAccount): Promise<Result<AccountPut>> {
  return operation.database.transaction((transaction) => put(transaction, operation));
}

async function put(transaction: Database, operation: PutAccount): Promise<Result<AccountPut>> {
  const { actor, account: feed, now, decided = false } = operation;
  await lockFeed(transaction, 'account', feed.slug);
  await lockFuse(transaction);
  const [known] = await transaction.select().from(accounts).where(eq(accounts.slug, feed.slug));
  if (known === undefined) {
    const [account] = await transaction
      .insert(accounts)
      .values({ slug: feed.slug, name: feed.name, status: feed.status, asOf: feed.asOf ?? null })
      .returning();
    if (account === undefined) throw new Error('the insert of an account returned no row');
    await recordEvent(transaction, actor, {
      kind: 'account_created',
      accountId: account.id,
      content: { slug: account.slug, name: account.name, status: account.status },
    });
    return { ok: true, account, created: true, changed: true, held: false };
  }
  if (isOlder(feed.asOf, known.asOf)) return { ok: false, code: 'stale_feed', asOf: known.asOf };
  const done = (outcome: { account: AccountRow; changed: boolean }, held: boolean) => ({
    ok: true as const,
    ...outcome,
    created: false,
    held,
  });
  const subject = `account:${feed.slug}`;
  if (accountStanding(feed.status, known).status === known.status) {
    if (!decided) await dropHeld(transaction, subject, 'replaced', now);
    return done(await change(transaction, operation, known, feed.status), false);
  }
  const standings = (within: Database) => forceStandings(within, { accountId: known.id }, now);
  const before = await standings(transaction);
  const changeAndTell = async (within: Database) => {
    const changed = await change(within, operation, known, feed.status);
    await notifyForceChange(within, { before, after: await standings(within), now });
    return changed;
  };
  if (decided) return done(await changeAndTell(transaction), false);
  const { result, held } = await throughFuse(transaction, {
    subject,
    words: { status: feed.status },
    action: (words) => ({ kind: 'account', slug: feed.slug, feed: words }),
    before,
    standings,
    whole: changeAndTell,
    rest: (within) => change(within, operation, known, accountWord(known)),
    now,
  });
  return done(result, held);
}

/** @param word what the platform says, which counts as far as nothing graver of ours stands */
async function change(
  transaction: Database,
  { actor, account: feed, now }: PutAccount,
  known: AccountRow,
  word: AccountStatus,
): Promise<{ account: AccountRow; changed: boolean }> {
  const changed = known.name !== feed.name || accountWord(known) !== word;
  if (!changed && feed.asOf === undefined) return { account: known, changed };
  const { status, platformStatus } = accountStanding(word, known);
  const [account] = await transaction
    .update(accounts)
    // A status that stays is not written: naming the column alone would tick the clock.
    .set({
      name: feed.name,
      asOf: feed.asOf ?? known.asOf,
      platformStatus,
      ...(known.status === status ? {} : { status }),
      ...(changed ? { updatedAt: now } : {}),
    })
    .where(eq(accounts.id, known.id))
    .returning();
  if (account === undefined) throw new Error('an account vanished while it was updated');
  if (changed) {
    await recordEvent(transaction, actor, {
      kind: 'account_changed',
      accountId: account.id,
      content: {
        name: account.name,
        status: account.status,
        before: known.status,
        ...(platformStatus === null ? {} : { platform_status: platformStatus }),
      },
    });
  }
  return { account, changed };
}

/** Feeds may arrive out of order: an older one changes nothing. */
export function isOlder(asOf: Date | undefined, known: Date | null): known is Date {
  return asOf !== undefined && known !== null && asOf < known;
}
