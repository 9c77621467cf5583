import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { accounts } from '../../db/schema.ts';
import { lockFeed } from './lock-feed.ts';
import { forceStandings, notifyForceChange } from './notify-force.ts';
import { recordEvent } from './record-event.ts';
import type { Actor, Result } from './result.ts';

export type AccountFeed = {
  slug: string;
  name: string;
  status: 'active' | 'suspended' | 'cancelled';
  /** When the platform's own system knew this; an older one than the last is refused. */
  asOf?: Date;
};

export type AccountRow = typeof accounts.$inferSelect;

/** Creates or updates an account from the platform's feed. What changes nothing writes nothing. */
export async function putAccount(operation: {
  database: Database;
  actor: Actor;
  account: AccountFeed;
  now: Date;
}): Promise<Result<{ account: AccountRow; created: boolean; changed: boolean }>> {
  const { database, actor, account: feed, now } = operation;
  return database.transaction(async (transaction) => {
    await lockFeed(transaction, 'account', feed.slug);
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
      return { ok: true as const, account, created: true, changed: true };
    }
    if (isOlder(feed.asOf, known.asOf))
      return { ok: false as const, code: 'stale_feed' as const, asOf: known.asOf };
    const changed = known.name !== feed.name || known.status !== feed.status;
    if (!changed && feed.asOf === undefined)
      return { ok: true as const, account: known, created: false, changed };
    const statusChanges = known.status !== feed.status;
    const standings = () => forceStandings(transaction, { accountId: known.id }, now);
    const before = statusChanges ? await standings() : new Map();
    const [account] = await transaction
      .update(accounts)
      // A status that stays is not written: naming the column alone would tick the clock.
      .set({
        name: feed.name,
        asOf: feed.asOf ?? known.asOf,
        ...(statusChanges ? { status: feed.status } : {}),
      })
      .where(eq(accounts.id, known.id))
      .returning();
    if (account === undefined) throw new Error('an account vanished while it was updated');
    if (changed) {
      await recordEvent(transaction, actor, {
        kind: 'account_changed',
        accountId: account.id,
        content: { name: account.name, status: account.status, before: known.status },
      });
    }
    if (statusChanges) await notifyForceChange(transaction, { before, after: await standings(), now });
    return { ok: true as const, account, created: false, changed };
  });
}

/** Feeds may arrive out of order: an older one changes nothing. */
export function isOlder(asOf: Date | undefined, known: Date | null): known is Date {
  return asOf !== undefined && known !== null && asOf < known;
}
