/** The states of an entry, and who may move it where. Buttons, operations, SQL guards and tests all read this table. */

export const entryStates = [
  'pending',
  'in_review',
  'waiting',
  'active',
  'suspended',
  'rejected',
  'withdrawn',
  'removed',
  'expired',
] as const;
export type EntryState = (typeof entryStates)[number];

/** A request that is not yet decided. */
export const openStates = ['pending', 'in_review', 'waiting'] as const satisfies readonly EntryState[];
/** Holds its network against every other entry. */
export const liveStates = ['active', 'suspended'] as const satisfies readonly EntryState[];
export const endedStates = [
  'rejected',
  'withdrawn',
  'removed',
  'expired',
] as const satisfies readonly EntryState[];

export type Side = 'owner' | 'staff' | 'system';

export const transitions = {
  complete_checks: { from: ['pending'], to: 'in_review', by: ['system'] },
  ask: { from: ['in_review'], to: 'waiting', by: ['staff'] },
  answer: { from: ['waiting'], to: 'in_review', by: ['owner'] },
  withdraw: { from: ['pending', 'in_review', 'waiting'], to: 'withdrawn', by: ['owner'] },
  approve: { from: ['in_review'], to: 'active', by: ['staff', 'system'] },
  reject: { from: ['pending', 'in_review', 'waiting'], to: 'rejected', by: ['staff', 'system'] },
  suspend: { from: ['active', 'suspended'], to: 'suspended', by: ['owner', 'staff', 'system'] },
  restore: { from: ['suspended'], to: 'active', by: ['owner', 'staff', 'system'] },
  remove: { from: ['active', 'suspended'], to: 'removed', by: ['owner', 'staff', 'system'] },
  renew: { from: ['active'], to: 'active', by: ['owner'] },
  expire: { from: ['pending', 'in_review', 'waiting', 'active', 'suspended'], to: 'expired', by: ['system'] },
} as const satisfies Record<string, { from: readonly EntryState[]; to: EntryState; by: readonly Side[] }>;
export type Verb = keyof typeof transitions;

/** Whether the table lets `side` do `verb` on an entry in `state`. */
export function allows(verb: Verb, state: EntryState, side: Side): boolean {
  const rule: { from: readonly EntryState[]; by: readonly Side[] } = transitions[verb];
  return rule.from.includes(state) && rule.by.includes(side);
}

export function isOpen(state: EntryState): boolean {
  return (openStates as readonly EntryState[]).includes(state);
}

export function isLive(state: EntryState): boolean {
  return (liveStates as readonly EntryState[]).includes(state);
}
