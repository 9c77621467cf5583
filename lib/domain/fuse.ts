import type { Drift } from './drift.ts';
import type { Rung } from './ladder-policy.ts';

/**
 * The fuse: nothing automatic takes many entries out of force at once without a person. A list that answers yes to
 * everything, a rule gone wrong and a billing feed that lapses everybody look alike from here: too much in too short a
 * time. What is throttled or warned is counted for itself, so that a flood of warnings does not hold back the removal
 * of one spammer.
 */

export type FuseCause = 'ladder' | 'drift' | 'feed' | 'idle';
export type FuseEffect = 'out_of_force' | 'throttled' | 'warned';

/** What the fuse holds until a person decides: enough to do it then. JSON. */
export type HeldAction =
  | { kind: 'ladder'; entryId: string; step: Rung }
  | { kind: 'suspend_server'; serverId: string; removals: number; days: number }
  | { kind: 'drift'; entryId: string; reason: string; drifts?: Drift[] }
  | { kind: 'attest'; entryId: string; drifts: Drift[] }
  | { kind: 'expire'; entryId: string }
  | { kind: 'domain'; domainId: string }
  | { kind: 'server'; slug: string; feed: Record<string, unknown> }
  | { kind: 'account'; slug: string; feed: Record<string, unknown> };

export type FuseLimits = { fuseEntries: number; fuseShare: number; fuseMinutes: number };

/**
 * How many entries may go within the minutes of the fuse.
 * @param total entries in force
 */
export function fuseLimit(limits: FuseLimits, total: number): number {
  return Math.max(limits.fuseEntries, Math.floor(limits.fuseShare * total));
}

export type FuseVerdict = { holds: false } | { holds: true; limit: number; total: number };

/**
 * Whether something that affects so many entries may happen. While a person has not decided about what is held, the
 * caller need not ask: everything of the same cause and effect joins it.
 * @param gone entries that went in the minutes before, for whatever automatic cause
 * @param total entries in force, to the last minutes
 * @param affected entries that it would take; none: it always may
 */
export function judgeFuse(limits: FuseLimits, gone: number, total: number, affected: number): FuseVerdict {
  const limit = fuseLimit(limits, total);
  return affected > 0 && gone + affected > limit ? { holds: true, limit, total } : { holds: false };
}
