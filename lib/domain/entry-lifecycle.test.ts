import { expect, test } from 'vitest';
import { allows, entryStates, type Side, transitions, type Verb } from './entry-lifecycle.ts';

// The whole table, written out once more by hand: a state × verb × side that is not here is forbidden.
const allowed = new Set([
  'complete_checks pending system',
  'ask in_review staff',
  'answer waiting owner',
  'withdraw pending owner',
  'withdraw in_review owner',
  'withdraw waiting owner',
  'approve in_review staff',
  'approve in_review system',
  'reject pending staff',
  'reject in_review staff',
  'reject waiting staff',
  'reject pending system',
  'reject in_review system',
  'reject waiting system',
  'suspend active owner',
  'suspend active staff',
  'suspend active system',
  'suspend suspended owner',
  'suspend suspended staff',
  'suspend suspended system',
  'restore suspended owner',
  'restore suspended staff',
  'restore suspended system',
  'remove active owner',
  'remove active staff',
  'remove active system',
  'remove suspended owner',
  'remove suspended staff',
  'remove suspended system',
  'renew active owner',
  'expire pending system',
  'expire in_review system',
  'expire waiting system',
  'expire active system',
  'expire suspended system',
]);

const verbs = Object.keys(transitions) as Verb[];
const sides: Side[] = ['owner', 'staff', 'system'];

test.each(verbs)('%s is allowed from exactly its states, by exactly its sides', (verb) => {
  for (const state of entryStates) {
    for (const side of sides) {
      const pair = `${verb} ${state} ${side}`;
      expect(allows(verb, state, side), pair).toBe(allowed.has(pair));
    }
  }
});
