import { expect, test } from 'vitest';
import { listed, openTestSession } from '../testing/session-harness.ts';
import type { AddressStanding } from './types.ts';

type Now = { standing: AddressStanding; held: boolean; tooOld: boolean };
const before: Now = { standing: listed(), held: false, tooOld: false };

test.each<[string, Partial<Now>, string]>([
  ['held back by a brake', { held: true }, '451 4.7.0 PX-HELDBYNODE'],
  ['the copy is too old', { tooOld: true }, '451 4.3.0 PX-COPYTOOOLD'],
  ['lapsed', { standing: { standing: 'lapsed', terms: null } }, '451 4.7.0 PX-LAPSED'],
  ['suspended', { standing: { standing: 'suspended', terms: null } }, '550 5.7.1 PX-SUSPENDED'],
])('allowed at RCPT, and at DATA no longer: %s', (_, changes, reply) => {
  let now = before;
  let given = 0;
  const open = openTestSession({
    greeted: true,
    facts: {
      standing: () => now.standing,
      heldByNode: () => now.held,
      copyTooOld: () => now.tooOld,
      returnRate: () => {
        given += 1;
      },
    },
  });
  open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n');
  now = { ...before, ...changes };
  expect(open.send('DATA\r\n').startsWith(reply)).toBe(true);
  // Nothing of it stays at the next hop, whose connection is free for others, and it counts for no rate.
  expect([open.nextHop.commands, given]).toEqual([['RCPT b@c.example', 'ABANDON'], 1]);
  expect(open.transactions).toMatchObject([{ outcome: 'refused' }]);
  expect(open.send('DATA\r\n')).toMatch(/^503 5\.5\.1/);
});
