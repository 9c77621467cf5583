import { expect, test } from 'vitest';
import {
  choosableGroups,
  deliveryOf,
  type MailKind,
  mailChoices,
  mailKinds,
  mayBeTurnedOff,
} from './mail-kinds.ts';

const kinds = Object.keys(mailKinds) as MailKind[];
const protecting = [
  ...['lapse_soon', 'out_of_force', 'removed', 'takeover', 'sender_domain', 'warned', 'throttled'],
  ...['owner_added', 'invitation', 'token_created', 'next_hop_down', 'nodes_disagree', 'fuse'],
  ...['abuse_call', 'mail_failed', 'access_changed', 'role_changed', 'account_standing'],
];

test('mail that protects comes at once, whatever is chosen', () => {
  expect(kinds.filter((kind) => !mayBeTurnedOff(kind)).sort()).toEqual([...protecting].sort());
  for (const kind of protecting as MailKind[]) {
    for (const choice of [null, ...mailChoices])
      expect(deliveryOf(kind, choice, false), kind).toBe('at_once');
  }
});

test.each([
  ['received', null, true, 'at_once'],
  ['received', null, false, 'daily'],
  ['received', 'at_once', false, 'at_once'],
  ['received', 'off', true, 'off'],
  ['proof_seen', null, false, 'daily'],
  ['question', null, false, 'at_once'],
  ['question', 'daily', true, 'daily'],
  ['renew', 'off', true, 'off'],
  ['back_in_force', null, false, 'at_once'],
] as const)('%s with the choice %s, concerned %s: %s', (kind, choice, concerned, expected) => {
  expect(deliveryOf(kind, choice, concerned)).toBe(expected);
});

test('only groups with something to choose are offered', () => {
  expect(choosableGroups('account')).toEqual(['requests', 'force', 'renewals']);
  expect(choosableGroups('staff')).toEqual(['queue']);
  expect(choosableGroups('person')).toEqual([]);
});
