import { expect, test } from 'vitest';
import { type Tallied, tallyRefusal } from './tally.ts';

test.each([
  [550, '5.1.1', [0, 1, false]],
  [550, '5.7.1', [0, 0, true]],
  [554, '', [0, 0, true]],
  [450, '4.1.1', [1, 0, false]],
  // The platform's next hop cannot carry it: nothing that the sender has done.
  [550, '5.6.3', [0, 0, false]],
  [550, '5.6.7', [0, 0, false]],
])('what the next hop says of a message, as it is counted: %i %s', (code, enhanced, counted) => {
  const message: Tallied = { tally: null };
  tallyRefusal(message, { rule: 'next_hop_refused', code, enhanced });
  const { deferred, unknownRecipients, nextHopRefused } = message.tally ?? {};
  expect([deferred, unknownRecipients, nextHopRefused]).toEqual(counted);
});
