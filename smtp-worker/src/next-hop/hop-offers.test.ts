import { expect, test } from 'vitest';
import { newOffersMemory, openHopOffers } from './hop-offers.ts';

const everything = { eightBit: true, utf8: true };
const old = { eightBit: false, utf8: false };
const ascii = { eightBit: true, utf8: false };

test('everything is offered until a next hop is known not to take it, and again once it does', () => {
  const offers = openHopOffers(newOffersMemory(1));
  expect(offers.ofAll()).toEqual(everything);
  expect([offers.heard(0, ascii), offers.ofAll()]).toEqual([true, ascii]);
  expect([offers.heard(0, old), offers.ofAll()]).toEqual([true, old]);
  expect([offers.heard(0, everything), offers.ofAll()]).toEqual([true, everything]);
});

test('of several next hops the one that takes least is enough', () => {
  const offers = openHopOffers(newOffersMemory(3));
  offers.heard(0, everything);
  offers.heard(1, ascii);
  expect(offers.ofAll()).toEqual(ascii);
  offers.heard(2, old);
  offers.heard(1, everything);
  expect(offers.ofAll()).toEqual(old);
  offers.heard(2, everything);
  expect(offers.ofAll()).toEqual(everything);
});

test('SMTPUTF8 is not offered without 8BITMIME', () => {
  const offers = openHopOffers(newOffersMemory(1));
  offers.heard(0, { eightBit: false, utf8: true });
  expect(offers.ofAll()).toEqual(old);
});

test('only what differs from what was known is news, and what one thread has heard all know', () => {
  const memory = newOffersMemory(2);
  const [one, other] = [openHopOffers(memory), openHopOffers(memory)];
  expect(one.heard(1, everything)).toBe(false);
  expect(one.heard(1, old)).toBe(true);
  expect(other.heard(1, old)).toBe(false);
  expect(other.ofAll()).toEqual(old);
  expect(openHopOffers(newOffersMemory(0)).ofAll()).toEqual(everything);
});
