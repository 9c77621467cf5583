import { describe, expect, test } from 'vitest';
import { notListed, openTestSession, signedIn, type TestSessionOptions } from '../testing/session-harness.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const plain = (...fields: string[]) => base64(fields.join('\0'));

const underTls = (options: TestSessionOptions = {}) =>
  openTestSession({ tls: 'TLSv1.3', greeted: true, standing: notListed, ...options });

const known = {
  credentials: (username: string, password: string) =>
    username === 'acme' && password === 'gr\u00fcn'
      ? signedIn
      : ({ ok: false, rule: 'credentials_wrong', reason: 'wrong' } as const),
};

describe('signing in', () => {
  test.each([
    ['PLAIN at once', [`AUTH PLAIN ${plain('', 'acme', 'gr\u00fcn')}`], ['235 2.7.0']],
    ['PLAIN as oneself', [`auth plain ${plain('acme', 'acme', 'gr\u00fcn')}`], ['235 2.7.0']],
    ['PLAIN asked for', ['AUTH PLAIN', plain('', 'acme', 'gr\u00fcn')], ['334 ', '235 2.7.0']],
    [
      'LOGIN',
      ['AUTH LOGIN', base64('acme'), base64('gr\u00fcn')],
      ['334 VXNlcm5hbWU6', '334 UGFzc3dvcmQ6', '235 2.7.0'],
    ],
    [
      'LOGIN with its name',
      [`AUTH LOGIN ${base64('acme')}`, base64('gr\u00fcn')],
      ['334 UGFzc3dvcmQ6', '235 2.7.0'],
    ],
    ['a wrong password', [`AUTH PLAIN ${plain('', 'acme', 'blau')}`], ['535 5.7.8 PX-']],
    ['to act for another', [`AUTH PLAIN ${plain('globex', 'acme', 'gr\u00fcn')}`], ['535 5.7.8 PX-']],
    ['no name', [`AUTH PLAIN ${plain('', '', 'gr\u00fcn')}`], ['535 5.7.8 PX-']],
    ['no password', [`AUTH PLAIN ${plain('', 'acme', '')}`], ['535 5.7.8 PX-']],
    ['empty responses', ['AUTH LOGIN =', '='], ['334 UGFzc3dvcmQ6', '535 5.7.8 PX-']],
    [
      'NUL in a LOGIN name',
      [`AUTH LOGIN ${base64('ac\0me')}`, base64('x')],
      ['334 UGFzc3dvcmQ6', '535 5.7.8 PX-'],
    ],
    ['cancelled', ['AUTH LOGIN', '*'], ['334 ', '501 5.5.2 PX-']],
    ['not base64', ['AUTH PLAIN !!!!'], ['501 5.5.2 PX-']],
    [
      'base64 without padding',
      [`AUTH PLAIN ${plain('', 'acme', 'gr\u00fcn').replaceAll('=', '')}`],
      ['501 5.5.2 PX-'],
    ],
    ['base64 of no UTF-8', ['AUTH PLAIN AP8A/w=='], ['501 5.5.2 PX-']],
    ['PLAIN of five fields', ['AUTH PLAIN AHVzZXIAcGFzcwB4AHk='], ['501 5.5.2 PX-']],
    ['PLAIN of two fields', [`AUTH PLAIN ${plain('acme', 'gr\u00fcn')}`], ['501 5.5.2 PX-']],
    ['two responses', ['AUTH PLAIN AGEAYg== AGEAYg=='], ['501 5.5.2 PX-']],
    ['an unknown mechanism', ['AUTH CRAM-MD5'], ['504 5.5.4 PX-']],
    ['no mechanism', ['AUTH'], ['504 5.5.4 PX-']],
  ])('%s', (_, lines, replies) => {
    const open = underTls(known);
    for (const [index, line] of lines.entries()) {
      expect(open.send(`${line}\r\n`).startsWith(replies[index] ?? '')).toBe(true);
    }
    expect(open.session.phase).toBe('command');
  });

  test('before TLS: 538, and nothing is checked', () => {
    const open = openTestSession({ greeted: true });
    expect(open.send(`AUTH PLAIN ${plain('', 'acme', 'x')}\r\n`)).toMatch(/^538 5\.7\.11 PX-AUTHBEFORETLS/);
    expect(open.send('AUTH LOGIN\r\n')).toMatch(/^538 5\.7\.11/);
  });

  test.each([
    ['a name of 321 characters', 'a'.repeat(321), 'x'],
    ['a control character in the name', 'ac\u007fme', 'x'],
    ['a password of 1025 characters', 'acme', 'x'.repeat(1025)],
    ['NUL in the password', 'acme', 'x\0y'],
  ])('%s is refused without a look', (_, username, password) => {
    const looked: string[] = [];
    const open = underTls({
      credentials: (name) => {
        looked.push(name);
        return signedIn;
      },
    });
    open.send(`AUTH LOGIN ${base64(username)}\r\n`);
    expect(open.send(`${base64(password)}\r\n`)).toMatch(/^535 5\.7\.8 PX-/);
    expect(looked).toEqual([]);
    open.send(`AUTH LOGIN ${base64('a'.repeat(320))}\r\n`);
    expect(open.send(`${base64('x'.repeat(1024))}\r\n`)).toMatch(/^235/);
  });

  test('what cannot be checked now is no fault of the client', () => {
    const open = underTls({
      credentials: () => ({ ok: false, rule: 'credentials_not_checked', reason: 'busy' }),
    });
    expect(open.send('AUTH PLAIN AGEAYg==\r\n')).toMatch(/^454 4\.7\.0 PX-/);
    expect(open.session.failedLogins).toBe(0);
  });

  test('five failures end the connection', () => {
    const open = underTls(known);
    const said = open.send('AUTH PLAIN AGEAYg==\r\n'.repeat(9));
    expect(
      said
        .trim()
        .split('\r\n')
        .map((line) => line.slice(0, 3)),
    ).toEqual(['535', '535', '535', '535', '535', '421']);
    expect(open.closed).toBe(true);
  });

  test('not twice, and not within a message', () => {
    const open = underTls(known);
    open.send('MAIL FROM:<a@acme.example>\r\n');
    expect(open.send('AUTH LOGIN\r\n')).toMatch(/^503 5\.5\.1/);
    open.send('RSET\r\n');
    open.send(`AUTH PLAIN ${plain('', 'acme', 'gr\u00fcn')}\r\n`);
    expect(open.send('AUTH LOGIN\r\n')).toMatch(/^503 5\.5\.1/);
  });

  test('a name of a mebibyte is a line too long', () => {
    const open = underTls(known);
    open.send('AUTH LOGIN\r\n');
    expect(open.send('A'.repeat(65_536))).toMatch(/^500 5\.5\.2/);
    expect(open.closed).toBe(true);
  });

  test('a response of 12 KiB is read', () => {
    const open = underTls(known);
    open.send('AUTH LOGIN\r\n');
    expect(open.send(`${base64('x'.repeat(9000))}\r\n`)).toMatch(/^334/);
  });

  test('commands behind AUTH wait for it', () => {
    const open = underTls({ manual: true });
    expect(open.send(`AUTH PLAIN ${plain('', 'a', 'b')}\r\nNOOP\r\n`)).toBe('');
    open.settle();
    expect(open.said()).toMatch(/^235 [^\r]*\r\n250 2\.0\.0 OK\r\n$/);
  });
});

describe('mail on a sign-in', () => {
  const send = (options: TestSessionOptions, sender = 'a@acme.example') => {
    const open = underTls(options);
    open.send('AUTH PLAIN AGEAYg==\r\n');
    return open.send(`MAIL FROM:<${sender}>\r\nRCPT TO:<b@c.example>\r\n`).split('\r\n')[1];
  };

  test('needs no whitelisted address', () => {
    expect(send({})).toMatch(/^250 2\.1\.5/);
  });

  test.each([
    ['lapsed', '451 4.7.0'],
    ['cancelled', '550 5.7.1'],
    ['none', '530 5.7.0'],
  ] as const)('a server that is %s: %s', (standing, reply) => {
    expect(send({ login: { standing } })?.startsWith(reply)).toBe(true);
  });

  test('stays within the sender domains of the server', () => {
    expect(send({}, 'a@globex.example')).toMatch(/^550 5\.7\.1 PX-SENDEROUTOFSCOPE/);
  });

  test('also in its header', () => {
    const open = underTls();
    open.send('AUTH PLAIN AGEAYg==\r\n');
    open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n');
    expect(open.send('From: a@globex.example\r\n\r\n.\r\n')).toMatch(/^550 5\.7\.1 PX-HEADERFROMOUTOFSCOPE/);
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'ABANDON']);
  });

  test('without signing in the same client is refused', () => {
    const open = underTls();
    expect(open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n')).toMatch(/530 5\.7\.0 PX-/);
  });
});
