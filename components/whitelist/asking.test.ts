import { expect, test } from 'vitest';
import { type Askable, emptyList, whyNotHere, whyNowhere } from './asking.ts';

const here: Askable = { may: true, account: 'active', server: 'active' };
const account = { may: true, status: 'active', servers: [{ status: 'active' }] } as const;

test.each<[string, Partial<Askable>, RegExp | null]>([
  ['of a server in good standing one can ask', {}, null],
  ['and of one that may come back', { server: 'suspended', account: 'suspended' }, null],
  ['a viewer cannot', { may: false }, /You may view/],
  [
    'nor anybody of a cancelled account',
    { account: 'cancelled', server: 'cancelled' },
    /account is cancelled/,
  ],
  ['nor of a cancelled server', { server: 'cancelled' }, /server is cancelled/],
])('%s', (_what, change, why) => {
  const said = whyNotHere({ ...here, ...change });
  if (why === null) expect(said).toBeNull();
  else expect(said).toMatch(why);
});

test.each<[string, Parameters<typeof whyNowhere>[0], RegExp | null]>([
  ['one open server is enough', [{ ...account, status: 'cancelled' }, account], null],
  ['whoever belongs to no account', [], /belong to no account/],
  ['a viewer of everything', [{ ...account, may: false }], /You may view/],
  ['everything cancelled', [{ ...account, status: 'cancelled' }], /account is cancelled/],
  ['no server yet', [{ ...account, servers: [] }], /no server yet/],
  ['every server cancelled', [{ ...account, servers: [{ status: 'cancelled' }] }], /server is cancelled/],
])('%s', (_what, accounts, why) => {
  const said = whyNowhere(accounts);
  if (why === null) expect(said).toBeNull();
  else expect(said).toMatch(why);
});

test('an empty list names the first step only where it can be taken', () => {
  expect(emptyList(null).text).toMatch(/The first step is/);
  const closed = emptyList('The account is cancelled.');
  expect(closed.text).toBe('The account is cancelled.');
  expect(closed.title).not.toMatch(/yet/);
});
