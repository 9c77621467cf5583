import { describe, expect, test } from 'vitest';
import { listed, notListed, openTestSession, testScope } from '../testing/session-harness.ts';
import { entryEnded, recheckLogin } from './endings.ts';
import type { AddressStanding, LoginStanding } from './types.ts';

// A server that needs both takes mail from its whitelisted addresses only after a sign-in, and the other way round.

const both = { needs: 'both' } as const;
const login = (server: string, needs: 'either' | 'both'): LoginStanding => ({
  standing: 'in_force',
  serverSlug: server,
  scope: { ...testScope, needs },
});
const signIn = `AUTH PLAIN ${Buffer.from('\0acme\0right').toString('base64')}\r\n`;
const mail = 'MAIL FROM:<a@acme.example>\r\n';
const recipient = 'RCPT TO:<b@c.example>\r\n';

function open(standing: AddressStanding, loginStanding: LoginStanding) {
  return openTestSession({ tls: 'TLSv1.3', greeted: true, standing, login: loginStanding });
}

describe('who may send', () => {
  const cases: [string, AddressStanding, LoginStanding, boolean, RegExp][] = [
    ['listed and signed in', listed(both), login('acme-production', 'both'), true, /^250 2\.1\.5/],
    ['listed alone', listed(both), login('acme-production', 'both'), false, /^530 5\.7\.0 PX-SIGNINNEEDED/],
    ['signed in alone', notListed, login('acme-production', 'both'), true, /^550 5\.7\.1 PX-ADDRESSNEEDED/],
    ['neither', notListed, login('acme-production', 'both'), false, /^530 5\.7\.0 PX-NOTWHITELISTED/],
    [
      'signed in, at an address of another server',
      listed(),
      login('globex-mail', 'both'),
      true,
      /^550 5\.7\.1 PX-ADDRESSNEEDED/,
    ],
    [
      'signed in, at a suspended address',
      { standing: 'suspended', terms: null },
      login('acme-production', 'both'),
      true,
      /^550 5\.7\.1 PX-ADDRESSNEEDED/,
    ],
    [
      'signed in to a server that does not ask for it, at an address of one that does',
      listed(both),
      login('globex-mail', 'either'),
      true,
      /^250 2\.1\.5/,
    ],
    [
      'listed, with a credential that has ended',
      listed(both),
      { standing: 'none' },
      true,
      /^530 5\.7\.0 PX-NOTWHITELISTED/,
    ],
  ];
  test.each(cases)('%s', (_, standing, loginStanding, signsIn, reply) => {
    const session = open(standing, loginStanding);
    if (signsIn) session.send(signIn);
    session.send(mail);
    expect(session.send(recipient)).toMatch(reply);
  });
});

test('mail has the limits of the entry, and stands under it in the log', () => {
  const session = open(listed({ ...both, recipientsPerMessage: 1 }), login('acme-production', 'both'));
  session.send(signIn + mail + recipient);
  expect(session.send(recipient)).toMatch(/^452 4\.5\.3/);
  session.send('DATA\r\n');
  session.send('From: a@acme.example\r\n\r\n.\r\n');
  expect(session.transactions).toMatchObject([
    { login: 'acme-production', server: 'acme-production', entry: '0198c1d2-0000-7000-8000-000000000001' },
  ]);
});

test('the connection rests on the entry although it has signed in', () => {
  const session = open(listed(both), login('acme-production', 'both'));
  session.send(signIn);
  expect(session.restsOn).toBe(7);
  entryEnded(session.session);
  expect(session.said()).toMatch(/^421 4\.7\.0 PX-REMOVEDWHILEOPEN/);
  expect(session.closed).toBe(true);
});

test('a server that comes to need both while somebody is signed in', () => {
  let standing: AddressStanding = listed();
  let current = login('acme-production', 'either');
  const session = openTestSession({
    tls: 'TLSv1.3',
    greeted: true,
    facts: { standing: () => standing, loginStanding: () => current },
  });
  session.send(signIn);
  expect(session.restsOn).toBeNull();
  session.send(mail + recipient);
  standing = notListed;
  current = login('acme-production', 'both');
  expect(session.send('DATA\r\n')).toMatch(/^550 5\.7\.1 PX-ADDRESSNEEDED/);
  standing = listed(both);
  expect(session.send(mail + recipient)).toMatch(/250 2\.1\.5[^\r]*\r\n$/);
  expect(session.restsOn).toBe(7);
});

test('STARTTLS is not hidden from devices that must sign in', () => {
  const hidden = openTestSession({ scope: { tls: 'hidden', needs: 'both' } });
  expect(hidden.send('EHLO a\r\n')).toContain('STARTTLS');
});

describe('a credential that ends while its connection is open', () => {
  let current: LoginStanding = login('acme-production', 'either');
  const opened = (state: LoginStanding) => {
    current = login('acme-production', 'either');
    const session = openTestSession({
      tls: 'TLSv1.3',
      greeted: true,
      standing: notListed,
      facts: { loginStanding: () => current },
    });
    session.send(signIn);
    session.send(mail + recipient);
    session.send('DATA\r\n');
    session.send('From: a@acme.example\r\n\r\nhalf');
    session.said();
    current = state;
    recheckLogin(session.session);
    return session;
  };

  test('takes it along, and nothing of the message is handed on', () => {
    const session = opened({ standing: 'none' });
    expect(session.said()).toMatch(/^421 4\.7\.0 PX-SIGNINENDED [^\r]*\r\n$/);
    expect(session.closed).toBe(true);
    expect(session.nextHop.commands.at(-1)).toBe('ABANDON');
  });

  test.each<LoginStanding>([login('acme-production', 'either'), { standing: 'lapsed' }])(
    'one that is still there does not: %o',
    (state) => {
      expect(opened(state).closed).toBe(false);
    },
  );
});
