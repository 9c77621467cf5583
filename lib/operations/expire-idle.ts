import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { noteOutOfForce, silentEntries } from '../../db/queries/silence.ts';
import { entries } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { idleEnd } from '../domain/idle.ts';
import type { Policy } from '../domain/policy.ts';
import { callForSpared } from './call-person.ts';
import { expireEntry } from './expire-entry.ts';
import { askFuse, holdAction, lockFuse } from './fuse-passage.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, systemActor } from './result.ts';

const BATCH = 200;

/**
 * Ends entries from which nothing has come for as long as the policy says and whose owners were warned at least ten days
 * ago. For a critical one a person is called instead. Many at once are more likely nodes that do not report than addresses
 * that do not send: the fuse holds them.
 * @returns how many ended; call again while it is any
 */
export async function expireIdle(database: Database, now: Date): Promise<number> {
  const policy = await currentPolicy(database);
  await noteOutOfForce(database, now);
  await callForCritical(database, policy, now);
  let ended = 0;
  for (const id of await idleEntries(database, policy, now)) {
    if (await askAndExpire(database, policy, id, now)) ended += 1;
  }
  return ended;
}

async function callForCritical(database: Database, { idleDays }: Policy, now: Date): Promise<void> {
  const silent = await silentEntries(database, { until: addDays(now, -idleDays), now, critical: true });
  for (const { id, since } of silent) {
    await database.transaction(async (transaction) => {
      const [entry] = await transaction.select().from(entries).where(eq(entries.id, id));
      if (entry === undefined) return;
      const call = { why: 'idle', key: since.toISOString() } as const;
      if (!(await callForSpared(transaction, entry, call, now))) return;
      await recordEvent(transaction, systemActor, {
        kind: 'spared',
        accountId: entry.accountId,
        entryId: entry.id,
        serverId: entry.serverId,
        content: { cause: 'idle' },
      });
    });
  }
}

async function askAndExpire(database: Database, policy: Policy, entryId: string, now: Date) {
  return database.transaction(async (transaction) => {
    await lockFuse(transaction);
    // Another process may have ended it while this one waited.
    if (!(await isSilent(transaction, policy, entryId, now))) return false;
    const passage = { cause: 'idle', effect: 'out_of_force', entryIds: [entryId] } as const;
    const answer = await askFuse(transaction, policy.abuse, passage, now);
    if (!answer.held) return expireIdleNow(transaction, entryId, now);
    const action = { kind: 'expire', entryId } as const;
    const held = { ...passage, subject: `idle:${entryId}`, action, trip: answer.trip };
    await holdAction(transaction, held, now);
    return false;
  });
}

/** The same where nothing is asked any more. @returns false where it has sent meanwhile, or is no longer in force */
export async function expireIdleNow(
  transaction: Database,
  entryId: string,
  now: Date,
  actor: Actor = systemActor,
): Promise<boolean> {
  const policy = await currentPolicy(transaction);
  if (!(await isSilent(transaction, policy, entryId, now))) return false;
  const [entry] = await transaction.select().from(entries).where(eq(entries.id, entryId));
  if (entry === undefined) return false;
  return expireEntry(transaction, entry, 'idle', now, actor);
}

async function isSilent(database: Database, { idleDays }: Policy, entryId: string, now: Date) {
  const silent = await silentEntries(database, { until: addDays(now, -idleDays), now, only: [entryId] });
  return silent.length > 0;
}

async function idleEntries(database: Database, { idleDays }: Policy, now: Date): Promise<string[]> {
  const silent = await silentEntries(database, { until: addDays(now, -idleDays), now });
  return silent
    .filter((silence) => idleEnd(silence, idleDays, now) <= now)
    .slice(0, BATCH)
    .map(({ id }) => id);
}
