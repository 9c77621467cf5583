import { describe, expect, test } from 'vitest';
import { listed, notListed, openTestSession } from '../testing/session-harness.ts';
import { mostGathered } from './replies.ts';

describe('greeting', () => {
  test('EHLO offers what there is, AUTH only under TLS', () => {
    expect(openTestSession().send('EHLO client.example\r\n').split('\r\n')).toEqual([
      '220 mx.postern.example ESMTP Postern',
      '250-mx.postern.example greets you',
      '250-PIPELINING',
      '250-SIZE 100000',
      '250-8BITMIME',
      '250-SMTPUTF8',
      '250-STARTTLS',
      '250 ENHANCEDSTATUSCODES',
      '',
    ]);
    expect(openTestSession({ tls: 'TLSv1.3' }).send('EHLO a\r\n')).toContain('250-AUTH PLAIN LOGIN\r\n');
    expect(openTestSession({ tls: 'TLSv1.3' }).send('EHLO a\r\n')).not.toContain('STARTTLS');
  });

  test('EHLO offers no more than the next hops are known to take, and HELO nothing', () => {
    let offers = { eightBit: false, utf8: false };
    const open = openTestSession({ facts: { offers: () => offers } });
    expect(open.send('EHLO a\r\n')).not.toMatch(/8BITMIME|SMTPUTF8/);
    offers = { eightBit: true, utf8: false };
    expect(open.send('EHLO a\r\n')).toMatch(/^250-8BITMIME\r\n(?!250-SMTPUTF8)/m);
    const message = 'MAIL FROM:<a@acme.example> BODY=8BITMIME\r\nRCPT TO:<b@c.example>\r\n';
    // What the client was told last is what counts, whatever becomes known meanwhile.
    offers = { eightBit: false, utf8: false };
    expect(open.send(message)).toMatch(/^250 2\.1\.0 [^\r]*\r\n250 2\.1\.5/);
    open.send(`HELO a\r\n${message}`);
    expect(open.nextHop.envelopes.map(({ offered }) => offered.eightBit)).toEqual([true, false]);
  });

  test.each([
    'EHLO',
    'EHLO ',
    'EHLO My Office Scanner',
    'EHLO my_scanner',
    'ehlo [192.0.2.1]',
    'EHLO [nonsense',
    'EHLO -',
    'EHLO b\u00fcro',
  ])('any name will do: %s', (line) => {
    expect(openTestSession().send(`${line}\r\n`)).toMatch(/250 ENHANCEDSTATUSCODES\r\n$/);
  });

  test('any but one with control characters, which would be lines of a log', () => {
    const open = openTestSession();
    open.said();
    expect(open.send('EHLO a\u001b[2Jb\r\n')).toMatch(/^501 5\.5\.4 PX-/);
    expect(open.send('MAIL FROM:<a@acme.example>\r\n')).toMatch(/^503 5\.5\.1/);
  });

  test('an entry that came into force since the connection was opened is the one that it rests on', () => {
    let standing = notListed;
    const open = openTestSession({ facts: { standing: () => standing } });
    expect(open.restsOn).toBeNull();
    standing = listed();
    open.send('EHLO a\r\n');
    expect(open.restsOn).toBe(7);
  });

  test('HELO alone is enough to send mail', () => {
    const open = openTestSession();
    expect(open.send('HELO\r\n')).toMatch(/250 mx\.postern\.example\r\n$/);
    expect(open.send('MAIL FROM:<a@acme.example>\r\n')).toMatch(/^250 2\.1\.0/);
    expect(open.nextHop.envelopes).toEqual([]);
    open.send('RCPT TO:<b@c.example>\r\n');
    expect(open.nextHop.envelopes).toMatchObject([{ client: { protocol: 'SMTP' } }]);
  });

  test('STARTTLS is hidden from devices that fail over it, and works for those that ask', () => {
    const open = openTestSession({ scope: { tls: 'hidden' } });
    expect(open.send('EHLO a\r\n')).not.toContain('STARTTLS');
    expect(open.send('STARTTLS\r\n')).toMatch(/^220 2\.0\.0/);
  });

  test('without a certificate there is no STARTTLS', () => {
    const open = openTestSession({ settings: { tlsAvailable: false } });
    expect(open.send('EHLO a\r\n')).not.toContain('STARTTLS');
    expect(open.send('STARTTLS\r\n')).toMatch(/^454 4\.7\.0 PX-/);
  });

  test('EHLO again forgets the message', () => {
    const open = openTestSession({ greeted: true });
    open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n');
    open.send('EHLO a\r\n');
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'ABANDON']);
    expect(open.send('DATA\r\n')).toMatch(/^503 5\.5\.1/);
  });
});

describe('small commands', () => {
  test.each([
    ['NOOP', '250 2.0.0'],
    ['noop whatever this is', '250 2.0.0'],
    ['RSET', '250 2.0.0'],
    ['VRFY a', '252 2.5.0'],
    ['EXPN a', '502 5.5.1'],
    ['HELP', '214 2.0.0'],
    ['DATA', '503 5.5.1'],
    ['DATA now', '501 5.5.4'],
    ['RCPT TO:<a@b.example>', '503 5.5.1'],
    ['BDAT 5', '500 5.5.2'],
    ['XCLIENT ADDR=192.0.2.1', '500 5.5.2'],
    ['XFORWARD ADDR=192.0.2.1', '500 5.5.2'],
    ['TURN', '500 5.5.2'],
    ['', '500 5.5.2'],
    [' NOOP', '500 5.5.2'],
    ['constructor', '500 5.5.2'],
    ['__proto__', '500 5.5.2'],
    ['\u00ff\u00f4\u00ff\u00fdEHLO x', '500 5.5.2'],
    // UTF-8 of letters whose capitals are ASCII: MAıL, RſET
    ['MA\u00c4\u00b1L FROM:<a@acme.example>', '500 5.5.2'],
    ['R\u00c5\u00bfET', '500 5.5.2'],
    ['QUIT', '221 2.0.0'],
  ])('%s: %s', (line, reply) => {
    expect(openTestSession({ greeted: true }).send(`${line}\r\n`).startsWith(reply)).toBe(true);
  });

  test.each(['MAIL FROM:<a@acme.example>', 'AUTH PLAIN AGEAYQ=='])('%s needs a greeting', (line) => {
    const open = openTestSession({ tls: 'TLSv1.3' });
    open.said();
    expect(open.send(`${line}\r\n`)).toMatch(/^503 5\.5\.1/);
  });

  test('QUIT closes, and what follows is not looked at', () => {
    const open = openTestSession({ greeted: true });
    expect(open.send('QUIT\r\nNOOP\r\n')).toBe('221 2.0.0 mx.postern.example closes the connection\r\n');
    expect(open.closed).toBe(true);
    expect(open.send('NOOP\r\n')).toBe('');
  });
});

describe('a command line is one line to everybody', () => {
  test.each([
    ['NUL', 'EHLO a\0b.example\r\n'],
    ['NUL before the end of the line', 'EHLO a\0'],
    ['LF alone', 'EHLO x\n'],
    ['LF alone inside', 'MAIL FROM:<a@acme.example>\nRCPT TO:<b@c.example>\r\n'],
    ['CR alone', 'EHLO a\rb\r\n'],
    ['CR CR LF', 'NOOP\r\r\n'],
    ['LF CR', 'NOOP\n\r'],
    ['513 octets', `NOOP ${'x'.repeat(506)}\r\n`],
    ['too long before its end', 'x'.repeat(511)],
    ['MAIL too long', `MAIL FROM:<a@acme.example> AUTH=${'x'.repeat(1050)}\r\n`],
    ['a TLS ClientHello', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n'],
  ])('%s: 500 5.5.2, then closed', (_, octets) => {
    const open = openTestSession();
    open.said();
    const said = open.send(octets);
    expect(said).toMatch(/^500 5\.5\.2 PX-COMMANDBYTES /);
    expect(said.split('\r\n')).toHaveLength(2);
    expect(open.closed).toBe(true);
  });

  test('512 octets are a line, and so is one that comes octet by octet', () => {
    const open = openTestSession();
    open.said();
    expect(open.send(`NOOP ${'x'.repeat(505)}\r\n`)).toMatch(/^250/);
    expect([...'NOOP\r\n'].map((octet) => open.send(octet)).join('')).toBe('250 2.0.0 OK\r\n');
  });

  test('whatever comes before it is answered, whatever comes after it is not', () => {
    const open = openTestSession();
    open.said();
    const said = open.send('NOOP\r\nNOOP\nMAIL FROM:<a@acme.example>\r\nNOOP\r\n');
    expect(said).toMatch(/^250 2\.0\.0 OK\r\n500 5\.5\.2 [^\r]*\r\n$/);
  });

  test('within a message it leaves nothing of it at the next hop', () => {
    const open = openTestSession({ greeted: true });
    open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n');
    open.send('NOOP\n');
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'ABANDON']);
  });
});

test('BDAT is not offered, and the chunk behind it is not read as commands', () => {
  const open = openTestSession({ greeted: true });
  open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n');
  const chunk = 'RSET\r\nMAIL FROM:<admin@acme.example>\r\nRCPT TO:<c@c.example>\r\n';
  expect(open.send(`BDAT ${chunk.length} LAST\r\n${chunk}`)).toMatch(
    /^500 5\.5\.2 PX-COMMANDUNKNOWN [^\r]*\r\n$/,
  );
  expect(open.closed).toBe(true);
  expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'ABANDON']);
});

describe('HTTP on the port', () => {
  test.each([
    'GET / HTTP/1.1',
    'POST / HTTP/1.1',
    'PUT /x HTTP/1.1',
    'CONNECT mx:25 HTTP/1.1',
    'GET http://mx:25/ HTTP/1.1',
    'BREW /pot HTTP/1.1',
    'OPTIONS *',
    'GET',
  ])('%s ends the connection at its first line', (line) => {
    const open = openTestSession();
    open.said();
    const said = open.send(`${line}\r\nHost: mx:25\r\n\r\nEHLO x\r\nMAIL FROM:<a@acme.example>\r\n`);
    expect(said).toMatch(/^500 5\.5\.2 PX-HTTPONPORT [^\r]*\r\n$/);
    expect(open.closed).toBe(true);
  });
});

describe('many commands in one write', () => {
  test.each([
    ['NOOP', 5000],
    ['RSET', 10_000],
    // Whose rate is spent is told so of each, and keeps its connection.
    ['RCPT TO:<b@c.example>', 10_000],
  ])('%s × %i are answered in one write', (line, times) => {
    const open = openTestSession({ greeted: true, facts: { takeRate: () => false } });
    open.send('MAIL FROM:<a@acme.example>\r\n');
    const before = open.writes.length;
    expect(open.send(`${line}\r\n`.repeat(times)).split('\r\n')).toHaveLength(times + 1);
    const octets = open.writes.slice(before).join('').length;
    expect(open.writes.length - before).toBe(Math.ceil(octets / (mostGathered + 100)));
  });

  test('a hundred wrong ones end the connection', () => {
    const open = openTestSession({ greeted: true });
    const lines = open.send('NONSENSE\r\n'.repeat(200)).trim().split('\r\n');
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toMatch(/^421 4\.7\.0 PX-TOOMANYERRORS/);
    expect(open.closed).toBe(true);
  });
});
