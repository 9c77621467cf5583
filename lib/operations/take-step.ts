import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { SignalRow } from '../../db/queries/abuse.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { entries } from '../../db/schema.ts';
import { releaseTime } from '../domain/abuse-ladder.ts';
import { summariseSignals, threeSamples } from '../domain/abuse-summary.ts';
import { addDays } from '../domain/days.ts';
import type { LadderPolicy, Rung } from '../domain/ladder-policy.ts';
import { followRemoval } from './abuse-consequences.ts';
import { moveEntry } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, systemActor } from './result.ts';
import { slowDown } from './slow-down.ts';
import { suspendFor } from './suspend-for.ts';

export type Step = {
  entry: EntryRow;
  /** What counts for it, oldest first. */
  signals: readonly SignalRow[];
  policy: LadderPolicy;
  coolDownDays: number;
  now: Date;
  /** The system, or whoever applied what the fuse had held. */
  actor?: Actor;
};

/**
 * Takes an entry one step up the ladder: the change, its event and the mail to the owners, in the caller's transaction.
 * @returns false where the entry has moved on meanwhile and the step is no longer possible
 */
export async function takeStep(transaction: Database, rung: Rung, step: Step): Promise<boolean> {
  switch (rung) {
    case 'warned':
      return warn(transaction, step);
    case 'throttled':
      return throttle(transaction, step);
    case 'suspended':
      return suspend(transaction, step);
    case 'removed':
      return remove(transaction, step);
  }
}

/** The entry may send as much as before. */
export async function endThrottle(
  transaction: Database,
  { entry, actor = systemActor }: Step,
): Promise<void> {
  await transaction
    .update(entries)
    .set({ throttledTo: null, throttledAt: null })
    .where(eq(entries.id, entry.id));
  await record(transaction, actor, entry, 'throttle_ended', { rate: entry.throttledTo });
}

async function warn(transaction: Database, step: Step): Promise<boolean> {
  const { entry, signals, now, actor = systemActor } = step;
  const summary = summariseSignals(signals);
  await record(transaction, actor, entry, 'warned', { signals: summary });
  await notifyOwners(transaction, {
    kind: 'warned',
    accountId: entry.accountId,
    entryId: entry.id,
    key: `${entry.id}:${now.toISOString()}`,
    values: { signals: summary, since: sinceOf(step) },
    now,
  });
  return true;
}

async function throttle(transaction: Database, step: Step): Promise<boolean> {
  const { entry, signals, policy, now, actor = systemActor } = step;
  const rate = await slowDown(transaction, entry.id, policy, now);
  const summary = summariseSignals(signals);
  const until = releaseTime(
    policy,
    { step: 'throttled', since: now, critical: entry.critical },
    signals,
    now,
  );
  await record(transaction, actor, entry, 'throttled', { rate, signals: summary });
  await notifyOwners(transaction, {
    kind: 'throttled',
    accountId: entry.accountId,
    entryId: entry.id,
    values: {
      signals: summary,
      since: sinceOf(step),
      messagesPerHour: rate,
      until: until?.toISOString() ?? null,
    },
    now,
  });
  return true;
}

async function suspend(transaction: Database, step: Step): Promise<boolean> {
  const { entry, signals, now, actor = systemActor } = step;
  const content = { signals: summariseSignals(signals) };
  const why = { cause: 'abuse', reason: null, content } as const;
  return (await suspendFor(transaction, actor, entry, why, { now })).ok;
}

async function remove(transaction: Database, step: Step): Promise<boolean> {
  const { entry, signals, policy, coolDownDays, now, actor = systemActor } = step;
  const moved = await moveEntry(transaction, entry, 'remove', {
    endedAt: now,
    endCause: 'abuse',
    suspensionCauses: [],
  });
  if (!moved.ok) return false;
  const summary = summariseSignals(signals);
  await record(transaction, actor, entry, 'removed', { cause: 'abuse', signals: summary });
  await notifyOwners(transaction, {
    kind: 'removed',
    accountId: entry.accountId,
    entryId: entry.id,
    values: {
      cause: 'abuse',
      reason: '',
      signals: summary,
      samples: threeSamples(signals),
      coolDownUntil: addDays(now, coolDownDays).toISOString(),
    },
    now,
  });
  await followRemoval(transaction, { entry, policy, now, actor });
  return true;
}

function sinceOf({ signals, now }: Step): string {
  return (signals[0]?.at ?? now).toISOString();
}

function record(
  transaction: Database,
  actor: Actor,
  entry: EntryRow,
  kind: string,
  content: Record<string, unknown>,
): Promise<string> {
  return recordEvent(transaction, actor, {
    kind,
    accountId: entry.accountId,
    entryId: entry.id,
    serverId: entry.serverId,
    content,
  });
}
