import { expect, test } from 'vitest';
import { divideWish, nextWish, type ScopeNow, type ScopeWish } from './entry-scope.ts';

const now: ScopeNow = {
  senderDomains: null,
  recipientDomains: null,
  tls: 'offered',
  messagesPerHour: null,
  recipientsPerMessage: 100,
  messageBytes: 1_000_000,
  rarelySends: false,
};
const effective = { sender_domains: ['acme.example', 'acme.test'], messages_per_hour: 1000 };

test.each<[string, Partial<ScopeNow>, ScopeWish, 'narrower' | 'wider' | 'same']>([
  ['one of all senders', {}, { senderDomains: ['acme.test'] }, 'narrower'],
  [
    'all of them, but none that comes later',
    {},
    { senderDomains: ['acme.example', 'acme.test'] },
    'narrower',
  ],
  ['a sender that is none of them', {}, { senderDomains: ['other.example'] }, 'wider'],
  ['all senders as before', {}, { senderDomains: null }, 'same'],
  ['all senders again', { senderDomains: ['acme.test'] }, { senderDomains: null }, 'wider'],
  ['another sender', { senderDomains: ['acme.test'] }, { senderDomains: ['acme.example'] }, 'wider'],
  [
    'the same senders in another order',
    { senderDomains: ['a.example', 'b.example'] },
    { senderDomains: ['b.example', 'a.example'] },
    'same',
  ],
  ['fewer recipients', {}, { recipientDomains: ['acme.example'] }, 'narrower'],
  ['any recipient again', { recipientDomains: ['acme.example'] }, { recipientDomains: null }, 'wider'],
  ['TLS required', {}, { tls: 'required' }, 'narrower'],
  ['TLS hidden', {}, { tls: 'hidden' }, 'wider'],
  ['TLS as it is', {}, { tls: 'offered' }, 'same'],
  ['a lower rate', {}, { messagesPerHour: 10 }, 'narrower'],
  ['the plan’s rate, whatever the plan gives later', {}, { messagesPerHour: 1000 }, 'narrower'],
  ['more than the plan gives', {}, { messagesPerHour: 1001 }, 'wider'],
  ['a higher rate', { messagesPerHour: 10 }, { messagesPerHour: 11 }, 'wider'],
  ['the plan’s rate again', { messagesPerHour: 10 }, { messagesPerHour: null }, 'wider'],
  ['fewer recipients a message', {}, { recipientsPerMessage: 1 }, 'narrower'],
  ['larger messages', {}, { messageBytes: 1_000_001 }, 'wider'],
  ['never expiring although it is silent', {}, { rarelySends: true }, 'wider'],
  ['expiring where it is silent', { rarelySends: true }, { rarelySends: false }, 'narrower'],
  ['as rarely as before', { rarelySends: true }, { rarelySends: true }, 'same'],
])('%s', (_what, more, wish, change) => {
  const { narrower, wider, same } = divideWish({ ...now, ...more }, wish, effective);
  const expected = { narrower: {}, wider: {}, same: [] as string[] };
  if (change === 'same') expected.same = Object.keys(wish);
  else expected[change] = wish;
  expect({ narrower, wider, same }).toEqual(expected);
});

test('a wish of several fields is divided, and what is not named stays', () => {
  expect(divideWish(now, { tls: 'required', messageBytes: 2_000_000 }, effective)).toEqual({
    narrower: { tls: 'required' },
    wider: { messageBytes: 2_000_000 },
    same: [],
  });
});

test.each<[string, ScopeWish | null, ScopeWish, ScopeWish | null]>([
  ['nothing waits, nothing is asked for', null, { tls: 'required' }, null],
  ['the first wish', null, { tls: 'hidden' }, { tls: 'hidden' }],
  ['another one is added', { tls: 'hidden' }, { messageBytes: 2e6 }, { tls: 'hidden', messageBytes: 2e6 }],
  ['a newer one replaces it', { messageBytes: 2e6 }, { messageBytes: 3e6 }, { messageBytes: 3e6 }],
  ['taken back: as it is', { tls: 'hidden', messageBytes: 2e6 }, { tls: 'offered' }, { messageBytes: 2e6 }],
  ['taken back: less than it is', { messageBytes: 2e6 }, { messageBytes: 10_000 }, null],
])('what waits: %s', (_what, waiting, wish, left) => {
  expect(nextWish(waiting, divideWish(now, wish, effective))).toEqual(left);
});
