import { expect, test } from 'vitest';
import { type Attribution, makeAttribution, verifyAttribution } from './attribution.ts';

const secrets = { current: 'attribution secret', previous: null };
const byAddress: Attribution = {
  server: 'acme-production',
  entry: '0198c1d2-7a3b-7c4d-8e5f-001122334455',
  auth: 'ip',
  at: new Date('2026-03-01T12:00:00Z'),
  transaction: '1a2b3c4d5e6f7g8h',
};
const byLogin: Attribution = { ...byAddress, entry: null, auth: 'login' };

test('the field as the contract writes it', () => {
  expect(makeAttribution(secrets, byAddress)).toMatch(
    /^v=1; server=acme-production; entry=0198c1d2-7a3b-7c4d-8e5f-001122334455; auth=ip; t=1772366400; id=1a2b3c4d5e6f7g8h; k=[0-9a-f]{8}; h=[\w-]{43}$/,
  );
  expect(makeAttribution(secrets, byLogin)).toContain('entry=-; auth=login;');
});

test.each([byAddress, byLogin])(
  'made and verified, folded or not, also by the secret before',
  (attribution) => {
    const value = makeAttribution(secrets, attribution);
    const rotated = { current: 'next', previous: secrets.current };
    expect(verifyAttribution(secrets, value)).toEqual({ ok: true, attribution });
    expect(verifyAttribution(rotated, ` ${value.replaceAll('; ', ';\r\n\t')}\r\n`)).toEqual({
      ok: true,
      attribution,
    });
  },
);

test('a change to any tag is seen', () => {
  const value = makeAttribution(secrets, byAddress);
  const changes: [string, string][] = [
    ['acme-production', 'globex-mail'],
    ['entry=0198', 'entry=0199'],
    ['auth=ip', 'auth=login'],
    ['t=1772366400', 't=1772366401'],
    ['id=1a', 'id=1b'],
  ];
  for (const [from, to] of changes) {
    expect(verifyAttribution(secrets, value.replace(from, to))).toEqual({ ok: false, code: 'forged' });
  }
});

test.each([
  ['', 'malformed'],
  ['v=2; server=a; entry=-', 'malformed'],
  [makeAttribution(secrets, byLogin).replace(/; h=.*/, ''), 'malformed'],
  [`${makeAttribution(secrets, byLogin)}; x=1`, 'malformed'],
  [makeAttribution({ current: 'a stranger', previous: null }, byLogin), 'unknown_key'],
  [
    makeAttribution(secrets, byLogin).replace(/ h=./, (text) => (text === ' h=A' ? ' h=B' : ' h=A')),
    'forged',
  ],
])('%s', (value, code) => {
  expect(verifyAttribution(secrets, value)).toEqual({ ok: false, code });
});
