import { expect, test } from 'vitest';
import type { MailCount, Tally } from '../session/tally.ts';
import { newSenderSightings } from './sender-sightings.ts';

const noon = Date.UTC(2026, 2, 1, 12);
const refused: Tally = {
  deferred: 0,
  unknownRecipients: 0,
  nextHopRefused: false,
  refused: new Map([['not_whitelisted', 1]]),
};
const mail = (client: string | null, senderDomain: string | null, tally: Tally | null = null): MailCount => ({
  client,
  entry: null,
  signedIn: false,
  senderDomain,
  accepted: tally === null,
  recipients: 1,
  octets: 1,
  tally,
});

test('a day is a row for each address and domain, taken or refused', () => {
  const senders = newSenderSightings();
  for (let times = 0; times < 3; times += 1) senders.see(mail('203.0.113.5', 'acme.example'), true, noon);
  senders.see(mail('203.0.113.5', 'globex.example', refused), true, noon);
  senders.see(mail('203.0.113.5', 'acme.example'), true, noon + 86_400_000);
  // Nobody's mail, and what has no address, say nothing.
  senders.see(mail('203.0.113.5', null), true, noon);
  senders.see(mail(null, 'acme.example'), true, noon);
  const row = { address: '203.0.113.5', domain: 'acme.example', day: '2026-03-01' };
  expect(senders.drain()).toEqual([
    { ...row, taken: 3, refused: 0 },
    { ...row, domain: 'globex.example', taken: 0, refused: 1 },
    { ...row, day: '2026-03-02', taken: 1, refused: 0 },
  ]);
  expect(senders.drain()).toEqual([]);
  senders.see(mail('203.0.113.5', 'acme.example'), true, noon + 86_400_001);
  expect(senders.drain()).toEqual([{ ...row, day: '2026-03-02', taken: 1, refused: 0 }]);
});

test('a stranger who names a thousand domains fills nothing, also not little by little', () => {
  const senders = newSenderSightings();
  let rows = 0;
  for (let name = 0; name < 1000; name += 1) {
    senders.see(mail('203.0.113.5', `d${name}.example`, refused), false, noon);
    rows += senders.drain().length;
  }
  expect(rows).toBe(10);
});

test('strangers from everywhere are counted up to a bound, and never in the way of those that are known', () => {
  const senders = newSenderSightings();
  let rows = 0;
  for (let host = 0; host < 20_000; host += 1) {
    senders.see(mail(`2001:db8::${host.toString(16)}`, 'spam.example', refused), false, noon);
    if (host % 1000 === 0) rows += senders.drain().length;
  }
  senders.see(mail('203.0.113.5', 'acme.example'), true, noon);
  const last = senders.drain();
  expect(rows + last.length).toBe(5001);
  expect(last.at(-1)).toMatchObject({ address: '203.0.113.5' });
});
