import { and, asc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { countedSignals, ladderPosition } from '../../db/queries/abuse.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { entries, fuseItems, ladderPositions } from '../../db/schema.ts';
import { nextStep } from '../domain/abuse-ladder.ts';
import { isLive } from '../domain/entry-lifecycle.ts';
import type { HeldAction } from '../domain/fuse.ts';
import { rank } from '../domain/ladder-policy.ts';
import { suspendServerNow } from './abuse-consequences.ts';
import { askToAttest } from './ask-to-attest.ts';
import { expireIdleNow } from './expire-idle.ts';
import { serverFeedOf } from './feed-words.ts';
import { lockFuse } from './fuse-passage.ts';
import { judgeEntry, lockForJudging } from './judge-entry.ts';
import { lockFeed } from './lock-feed.ts';
import { putAccount } from './put-account.ts';
import { putServer, type ServerFeed } from './put-server.ts';
import { endMissingDomain } from './recheck-domain.ts';
import type { Actor } from './result.ts';
import { suspendForDriftNow } from './suspend-for-drift.ts';
import { takeStep } from './take-step.ts';

const BATCH = 100;

type Item = typeof fuseItems.$inferSelect;

/**
 * Does what a person has let through the fuse, in the order in which it was held. What has become pointless meanwhile is
 * passed over.
 * @param onFailure told of what could not be done because of a bug or an outage; it stays, the others go on
 * @returns how many were dealt with: call again until it is none
 */
export async function applyHeld(
  database: Database,
  now: Date,
  onFailure: (error: unknown, itemId: string) => void,
): Promise<number> {
  const released = await database
    .select({ id: fuseItems.id, action: fuseItems.action })
    .from(fuseItems)
    .where(and(isNotNull(fuseItems.releasedAt), isNull(fuseItems.endedAt)))
    .orderBy(asc(fuseItems.heldAt))
    .limit(BATCH);
  let done = 0;
  for (const item of released) {
    try {
      if (await applyItem(database, item, now)) done += 1;
    } catch (error) {
      onFailure(error, item.id);
    }
  }
  return done;
}

/** @returns false where another process has done it, or something newer has taken its place */
async function applyItem(
  database: Database,
  { id, action }: Pick<Item, 'id' | 'action'>,
  now: Date,
): Promise<boolean> {
  return database.transaction(async (transaction) => {
    await lockFor(transaction, action);
    const [mine] = await transaction
      .select()
      .from(fuseItems)
      .where(and(eq(fuseItems.id, id), isNull(fuseItems.endedAt)))
      .for('update', { skipLocked: true });
    if (mine === undefined) return false;
    const outcome = (await apply(transaction, mine, now)) ? 'applied' : 'no_longer';
    await transaction.update(fuseItems).set({ outcome, endedAt: now }).where(eq(fuseItems.id, id));
    return true;
  });
}

/** In the order in which whoever else is at the same thing takes them, and before the item is locked. */
async function lockFor(transaction: Database, action: HeldAction): Promise<void> {
  switch (action.kind) {
    case 'ladder':
    case 'drift':
    case 'attest':
      return lockForJudging(transaction, action.entryId);
    case 'server':
    case 'account':
      await lockFeed(transaction, action.kind, action.slug);
      return lockFuse(transaction);
    case 'suspend_server':
    case 'expire':
    case 'domain':
      return lockFuse(transaction);
  }
}

async function apply(transaction: Database, item: Item, now: Date): Promise<boolean> {
  const actor = releaser(item);
  const { action } = item;
  switch (action.kind) {
    case 'ladder':
      return applyLadder(transaction, action, item.heldAt, actor, now);
    case 'suspend_server':
      return suspendServerNow(transaction, { ...action, now, actor });
    case 'server': {
      const server: ServerFeed = { ...serverFeedOf(action.feed), slug: action.slug };
      return (await putServer({ database: transaction, actor, server, now, decided: true })).ok;
    }
    case 'account':
      return applyAccount(transaction, action, actor, now);
    case 'drift':
      return suspendForDriftNow(transaction, action, now, actor);
    case 'attest':
      return askToAttest(transaction, action.entryId, action.drifts, now, actor);
    case 'expire':
      return expireIdleNow(transaction, action.entryId, now, actor);
    case 'domain':
      return endMissingDomain(transaction, action.domainId, now, actor);
  }
}

/**
 * Only if what counts by now would have called for it then: signals may have been set aside meanwhile. That they fade while
 * a person makes up their mind is no reason not to do what they decided.
 */
async function applyLadder(
  transaction: Database,
  { entryId, step }: HeldAction & { kind: 'ladder' },
  heldAt: Date,
  actor: Actor,
  now: Date,
): Promise<boolean> {
  const [entry] = await transaction.select().from(entries).where(eq(entries.id, entryId));
  const position = await ladderPosition(transaction, entryId);
  if (entry === undefined || !isLive(entry.status) || rank(position?.step ?? 'none') >= rank(step))
    return false;
  const { abuse: policy, coolDownDays } = await currentPolicy(transaction);
  const signals = await countedSignals(transaction, entryId, position?.countsFrom ?? null, policy, now);
  const at = { step: position?.step ?? 'none', since: position?.since ?? heldAt, critical: entry.critical };
  if (rank(nextStep(policy, at, signals, heldAt).step) < rank(step)) {
    await judgeEntry(transaction, entryId, now);
    return false;
  }
  if (!(await takeStep(transaction, step, { entry, signals, policy, coolDownDays, now, actor })))
    return false;
  const values = { step, since: now, judgedAt: now, calledFor: null, notDone: null, calledAt: null };
  await transaction
    .insert(ladderPositions)
    .values({ entryId, ...values })
    .onConflictDoUpdate({ target: ladderPositions.entryId, set: values });
  return true;
}

async function applyAccount(
  transaction: Database,
  { slug, feed }: HeldAction & { kind: 'account' },
  actor: Actor,
  now: Date,
): Promise<boolean> {
  const { rows } = await transaction.execute<{ name: string }>(
    sql`select name from accounts where slug = ${slug}`,
  );
  const [known] = rows;
  const { status } = feed;
  if (known === undefined || (status !== 'active' && status !== 'suspended' && status !== 'cancelled'))
    return false;
  const account = { slug, name: known.name, status } as const;
  return (await putAccount({ database: transaction, actor, account, now, decided: true })).ok;
}

/** In the log it is the person who let it through; they need no right in this moment, they had it then. */
function releaser({ releasedBy }: Item): Actor {
  return {
    kind: releasedBy === null ? 'system' : 'staff',
    viewer: releasedBy === null ? null : { personId: releasedBy, memberships: [], staffRole: null },
    address: null,
    via: 'job',
  };
}
