import { describe, expect, test } from 'vitest';
import { openTestSession, type TestSession, type TestSessionOptions } from '../testing/session-harness.ts';
import { longestHeader } from './held-header.ts';

const header = 'From: a@acme.example\r\nSubject: probe\r\n\r\n';

function inBody(options: TestSessionOptions = {}): TestSession {
  const open = openTestSession({ greeted: true, ...options });
  open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n');
  open.settle();
  open.said();
  return open;
}

const received =
  /^Received: from client\.example \(\[203\.0\.113\.5\]\)\r\n\tby mx\.postern\.example \(Postern\) with ESMTP id T1 for <b@c\.example>;\r\n\tSun, 01 Mar 2026 12:00:00 \+0000\r\nPostern-Attribution: v=1; acme-production; 0198c1d2-0000-7000-8000-000000000001; T1\r\n/;

describe('handed on', () => {
  test('behind our trace, octet for octet', () => {
    const open = inBody();
    const message = `${header}..stuffed\r\n.also\r\n\r\n\u00e9\u00e8\u00ff \u0001\t\r\n.\r\n`;
    expect(open.send(message)).toBe('250 2.0.0 Accepted as T1\r\n');
    expect(open.nextHop.body).toMatch(received);
    expect(open.nextHop.body.replace(received, '')).toBe(message);
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'DATA', 'DOT']);
    expect(open.transactions).toMatchObject([
      {
        transaction: 'T1',
        outcome: 'accepted',
        to: ['b@c.example'],
        server: 'acme-production',
        bytes: message.length,
      },
    ]);
  });

  test('however it comes in pieces', () => {
    const open = inBody();
    const message = `${header}one\r\n..two\r\n.\r\n`;
    const said = [...message].map((octet) => open.send(octet)).join('');
    expect(said).toBe('250 2.0.0 Accepted as T1\r\n');
    expect(open.nextHop.body.replace(received, '')).toBe(message);
  });

  test('a header that nothing follows', () => {
    const open = inBody();
    expect(open.send('From: a@acme.example\r\n.\r\n')).toMatch(/^250/);
    expect(open.nextHop.body.replace(received, '')).toBe('From: a@acme.example\r\n.\r\n');
  });

  test('and the next message on the same connection, also in one write', () => {
    const open = inBody();
    const said = open.send(`${header}.\r\nMAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n`);
    expect(said.split('\r\n').map((line) => line.slice(0, 9))).toEqual([
      '250 2.0.0',
      '250 2.1.0',
      '250 2.1.5',
      '354 End w',
      '',
    ]);
    expect(open.send(`${header}.\r\n`)).toBe('250 2.0.0 Accepted as T2\r\n');
  });

  test('attributions that the client sent are taken out, folded and stuffed ones too', () => {
    const open = inBody();
    open.send(
      'postern-attribution: v=1;\r\n forged\r\nFrom: a@acme.example\r\n.Postern-Attribution: again\r\nPOSTERN-ATTRIBUTION : three\r\nTo: b@c.example\r\n\r\nPostern-Attribution: in the body stays\r\n.\r\n',
    );
    expect(open.nextHop.body.replace(received, '')).toBe(
      'From: a@acme.example\r\nTo: b@c.example\r\n\r\nPostern-Attribution: in the body stays\r\n.\r\n',
    );
  });

  test.each([
    ['EHLO My Scanner\r\n', 'from [203.0.113.5] ([203.0.113.5])'],
    ['EHLO [192.0.2.9]\r\n', 'from [192.0.2.9] ([203.0.113.5])'],
    ['EHLO a) by evil (\r\n', 'from [203.0.113.5] ([203.0.113.5])'],
    ['HELO x\r\n', 'with SMTP id'],
  ])('%j: %s', (greeting, text) => {
    const open = openTestSession();
    open.send(`${greeting}MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n`);
    open.send(`${header}.\r\n`);
    expect(open.nextHop.body.split('Postern-Attribution')[0]).toContain(text);
  });

  test('an IPv6 client, under TLS, signed in, to several', () => {
    const open = openTestSession({ client: '2001:db8::1', tls: 'TLSv1.3 X', greeted: true });
    open.send(
      'AUTH PLAIN AGEAYg==\r\nMAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\nRCPT TO:<d@c.example>\r\nDATA\r\n',
    );
    open.send(`${header}.\r\n`);
    expect(open.nextHop.body).toContain('([IPv6:2001:db8::1])');
    expect(open.nextHop.body).toContain('with ESMTPSA id T1 (TLSv1.3 X);');
    expect(open.nextHop.body).toContain('v=1; acme-production; null; T1');
  });
});

describe('the next hop hears DATA only once the header is in scope', () => {
  test.each([
    ['no From', 'Subject: x\r\n\r\n', '550 5.7.1 PX-HEADERFROMOUTOFSCOPE'],
    ['a stranger', 'From: a@evil.example\r\n\r\n', '550 5.7.1 PX-HEADERFROMOUTOFSCOPE'],
    [
      'two From fields',
      'From: a@acme.example\r\nFrom: a@acme.example\r\n\r\n',
      '550 5.7.1 PX-HEADERFROMOUTOFSCOPE',
    ],
    [
      'a stuffed second From',
      'From: a@acme.example\r\n.From: a@evil.example\r\n\r\n',
      '550 5.7.1 PX-HEADERFROMOUTOFSCOPE',
    ],
    ['a line that is none', 'From: a@acme.example\r\nnonsense\r\n\r\n', '550 5.7.1 PX-HEADERMALFORMED'],
    ['no header', '\r\n', '550 5.7.1 PX-HEADERFROMOUTOFSCOPE'],
    ['no message at all', '', '550 5.7.1 PX-HEADERFROMOUTOFSCOPE'],
    ['a loop', `${'Received: x\r\n'.repeat(101)}From: a@acme.example\r\n\r\n`, '554 5.4.6 PX-MAILLOOP'],
  ])('%s', (_, text, reply) => {
    const open = inBody();
    expect(open.send(`${text}rest\r\n`.slice(0, text === '' ? 0 : undefined))).toBe('');
    expect(open.send('.\r\n').startsWith(reply)).toBe(true);
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'ABANDON']);
    expect(open.send('NOOP\r\n')).toMatch(/^250/);
  });

  test('a null reverse-path is judged by its header', () => {
    const open = openTestSession({ greeted: true });
    open.send('MAIL FROM:<>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n');
    expect(open.send('From: a@evil.example\r\n\r\n.\r\n')).toMatch(/^550 5\.7\.1/);
  });

  test('what comes meanwhile waits', () => {
    const open = inBody({ manual: true });
    open.send(header);
    open.send('more\r\n');
    expect(open.nextHop.body).toBe('');
    open.settle();
    expect(open.nextHop.body).toContain('\r\n\r\nmore\r\n');
    expect(open.send('.\r\n')).toBe('');
    open.settle();
    expect(open.said()).toMatch(/^250/);
  });
});

describe('too large', () => {
  test.each([
    ['a message of exactly that many octets', (octets: number) => 'x'.repeat(octets), '250 2.0.0'],
    ['one octet more', (octets: number) => 'x'.repeat(octets + 1), '552 5.3.4'],
    ['dots that SMTP adds', (octets: number) => `.${'.\r\n.'.repeat(octets / 3)}.`.slice(0, -2), '250 2.0.0'],
  ])('the limit is of the message: %s', (_, fill, reply) => {
    const messageBytes = header.length + 602;
    for (const pieces of [1, 7]) {
      const open = inBody({ scope: { messageBytes } });
      const octets = `${header}${fill(600)}\r\n.\r\n`;
      const said = octets
        .match(new RegExp(`[^]{1,${Math.ceil(octets.length / pieces)}}`, 'g'))
        ?.map((piece) => open.send(piece))
        .join('');
      expect(said?.slice(0, 9)).toBe(reply);
    }
  });

  test('a header section', () => {
    const open = inBody({ scope: { messageBytes: 1_000_000 } });
    const line = `X-Long: ${'x'.repeat(900)}\r\n`;
    for (let octets = 0; octets <= longestHeader; octets += line.length) expect(open.send(line)).toBe('');
    // Nothing more of it is held: it may go on for as long as a message may.
    expect(open.session.body?.held.length).toBe(0);
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'ABANDON']);
    expect(open.send(`From: a@acme.example\r\n\r\n.\r\n`)).toMatch(/^552 5\.3\.4 PX-HEADERTOOLARGE/);
  });

  test('a header that comes with its end in one write', () => {
    const open = inBody({ scope: { messageBytes: 1_000_000 } });
    const lines = `X-Long: ${'x'.repeat(900)}\r\n`.repeat(300);
    expect(open.send(`From: a@acme.example\r\n${lines}\r\n.\r\n`)).toMatch(/^552 5\.3\.4 PX-HEADERTOOLARGE/);
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'ABANDON']);
  });

  test('one of 256 KiB is taken', () => {
    const open = inBody({ scope: { messageBytes: 1_000_000 } });
    const start = 'From: a@acme.example\r\n';
    const line = `X: ${'x'.repeat(507)}\r\n`;
    const fill = `${line.repeat(511)}Y: ${'y'.repeat(512 - 5 - start.length)}\r\n`;
    expect(start.length + fill.length).toBe(longestHeader);
    expect(open.send(`${start}${fill}\r\n.\r\n`)).toMatch(/^250/);
  });

  test('a message: the next hop never sees its dot', () => {
    const open = inBody({ scope: { messageBytes: 500 } });
    open.send(header);
    expect(open.send(`${'x'.repeat(400)}\r\n`.repeat(3))).toBe('');
    expect(open.send('.\r\n')).toMatch(/^552 5\.3\.4 PX-MESSAGETOOLARGE/);
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'DATA', 'ABANDON']);
    expect(open.send('NOOP\r\n')).toMatch(/^250/);
  });

  test('a message without end: 64 MiB beyond its limit nobody listens any more', () => {
    const open = inBody({ scope: { messageBytes: 500 } });
    open.send(header);
    const chunk = Buffer.from(
      `${'x'.repeat(1022)}\r\n`.replace('x'.repeat(500), `${'x'.repeat(498)}\r\n`).repeat(1024),
    );
    for (let mebibytes = 1; mebibytes <= 64; mebibytes += 1) expect(open.send(chunk)).toBe('');
    expect(open.send(chunk)).toMatch(/^552 5\.3\.4 PX-MESSAGETOOLARGE [^\r]*\r\n$/);
    expect(open.closed).toBe(true);
  });

  test('a message in one write', () => {
    const open = inBody({ scope: { messageBytes: 50 } });
    expect(open.send(`${header}${'x'.repeat(400)}\r\n.\r\n`)).toMatch(/^552 5\.3\.4/);
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'ABANDON']);
  });

  test.each([
    [
      'a header section out of scope',
      'From: a@victim.example\r\n\r\n',
      /^550 5\.7\.1 PX-HEADERFROMOUTOFSCOPE/,
    ],
    ['one within it', header, /^552 5\.3\.4 PX-MESSAGETOOLARGE/],
    ['one that is too large by itself', `X: ${'x'.repeat(300)}\r\n\r\n`, /^552 5\.3\.4 PX-MESSAGETOOLARGE/],
  ])('is answered the same in one piece and in many: %s', (_, start, reply) => {
    const octets = `${start}${'x'.repeat(400)}\r\n.\r\n`;
    for (const pieces of [[octets], [...octets]]) {
      const open = inBody({ scope: { messageBytes: 200 } });
      expect(pieces.map((piece) => open.send(piece)).join('')).toMatch(reply);
    }
  });
});

describe('what some parser might take for an end of line', () => {
  test.each([
    ['LF alone', 'a\nb\r\n.\r\n'],
    ['CR alone', 'a\rb\r\n.\r\n'],
    ['LF dot LF', 'a\n.\nMAIL FROM:<admin@victim.example>\r\n.\r\n'],
    ['LF dot CR LF', 'a\n.\r\nMAIL FROM:<admin@victim.example>\r\n.\r\n'],
    ['CR dot CR LF', 'a\r.\r\nMAIL FROM:<admin@victim.example>\r\n.\r\n'],
    ['CR LF dot LF', 'a\r\n.\nMAIL FROM:<admin@victim.example>\r\n.\r\n'],
    ['CR LF dot CR CR LF', 'a\r\n.\r\r\nMAIL FROM:<admin@victim.example>\r\n.\r\n'],
    ['NUL', 'a\0b\r\n.\r\n'],
    ['a line of 999', `${'x'.repeat(999)}\r\n.\r\n`],
  ])('%s: 554 5.6.0, then closed, and the next hop never sees a dot', (_, text) => {
    const open = inBody();
    const said = open.send(header + text);
    expect(said).toMatch(/^554 5\.6\.0 PX-BODYBYTES [^\r]*\r\n$/);
    expect(open.closed).toBe(true);
    expect(open.nextHop.commands).not.toContain('DOT');
    expect(open.nextHop.commands.at(-1)).toBe('ABANDON');
  });

  test('also long after the body began to be handed on, across chunks', () => {
    const open = inBody();
    open.send(`${header}fine\r\n`);
    open.send('so far\r');
    expect(open.send('not')).toMatch(/^554 5\.6\.0/);
    expect(open.nextHop.body).toMatch(/fine\r\nso far$/);
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'DATA', 'ABANDON']);
  });

  test.each(['DATA\r\nFrom: a@acme.example\r\n', 'DATA\r\n.\r\n', 'DATA\r\nRSET\r\n'])(
    'behind DATA before 354: %j',
    (octets) => {
      const open = openTestSession({ greeted: true });
      open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n');
      expect(open.send(octets)).toMatch(/^554 5\.5\.1 PX-STUFFEDBYTES [^\r]*\r\n$/);
      expect(open.closed).toBe(true);
      expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'ABANDON']);
    },
  );
});

describe('the next hop has the last word', () => {
  test.each([
    ['DATA', { kind: 'refused', code: 451, enhanced: '4.3.0', text: 'no' }, '451 4.3.0 PX-NEXTHOPREFUSED'],
    ['DATA', { kind: 'away', reason: 'gone' }, '451 4.4.1 PX-NEXTHOPAWAY'],
    ['DOT', { kind: 'refused', code: 554, enhanced: '5.7.1', text: 'spam' }, '554 5.7.1 PX-NEXTHOPREFUSED'],
    ['DOT', { kind: 'away', reason: 'gone' }, '451 4.4.1 PX-NEXTHOPAWAY'],
  ] as const)('%s: %j', (command, answer, reply) => {
    const open = inBody();
    open.nextHop.answers.set(command, answer);
    expect(open.send(`${header}x\r\n.\r\n`).startsWith(reply)).toBe(true);
    expect(open.transactions).toMatchObject([{ outcome: 'refused' }]);
    expect(open.send('NOOP\r\n')).toMatch(/^250/);
  });

  test('250 is not said before it has said so', () => {
    const open = inBody({ manual: true });
    open.send(`${header}x\r\n.\r\n`);
    open.settle();
    expect(open.nextHop.commands.at(-1)).toBe('DOT');
    expect(open.said()).toBe('250 2.0.0 Accepted as T1\r\n');
  });

  test('a refusal of DATA while the body is still coming is said after the dot', () => {
    const open = inBody();
    open.nextHop.answers.set('DATA', { kind: 'refused', code: 552, enhanced: '5.2.2', text: 'full' });
    expect(open.send(header)).toBe('');
    expect(open.send('x\r\n')).toBe('');
    expect(open.send('.\r\n')).toMatch(/^552 5\.2\.2/);
  });

  test('a next hop that cannot follow holds the client back', () => {
    const open = inBody();
    open.nextHop.follows = false;
    open.send(header);
    expect(open.paused).toBe(true);
    open.send('x\r\n');
    const held = open.nextHop.body;
    open.nextHop.follows = true;
    open.nextHop.drained();
    expect(open.paused).toBe(false);
    expect(open.nextHop.body).toBe(`${held}x\r\n`);
  });
});
