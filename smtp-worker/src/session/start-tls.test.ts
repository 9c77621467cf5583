import { describe, expect, test } from 'vitest';
import { listed, openTestSession } from '../testing/session-harness.ts';
import { entryEnded } from './endings.ts';

test('after the handshake everything said before it is forgotten', () => {
  const open = openTestSession({ greeted: true });
  open.send('MAIL FROM:<pre@acme.example>\r\nRCPT TO:<b@c.example>\r\n');
  expect(open.send('STARTTLS\r\n')).toBe('220 2.0.0 Ready to start TLS\r\n');
  expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'ABANDON']);
  expect(open.send('RCPT TO:<b@c.example>\r\n')).toMatch(/^503 5\.5\.1/);
  expect(open.send('MAIL FROM:<a@acme.example>\r\n')).toMatch(/^503 5\.5\.1/);
  expect(open.refusals.map(({ ehlo }) => ehlo)).toEqual(['', '']);
  expect(open.send('EHLO a\r\n')).toContain('AUTH PLAIN LOGIN');
  expect(open.send('STARTTLS\r\n')).toMatch(/^503 5\.5\.1/);
});

test('nothing is looked at while the handshake lasts', () => {
  const open = openTestSession({ greeted: true, manual: true });
  open.send('STARTTLS\r\n');
  expect(open.send('EHLO injected\r\n')).toBe('');
});

test('a session that ends during the handshake rests on nothing afterwards', () => {
  const open = openTestSession({ greeted: true, manual: true });
  open.send('STARTTLS\r\n');
  entryEnded(open.session);
  expect(open.closed).toBe(true);
  open.settle();
  expect(open.restsOn).toBeNull();
});

test('an argument is refused', () => {
  expect(openTestSession({ greeted: true }).send('STARTTLS now\r\n')).toMatch(/^501 5\.5\.4/);
});

describe('octets behind STARTTLS before its reply', () => {
  test.each([
    'STARTTLS\r\nEHLO x\r\n',
    'STARTTLS\r\nAUTH PLAIN AHVzZXIAcGFzcw==\r\n',
    'STARTTLS\r\nx',
    'starttls\r\n\u0016\u0003\u0001',
  ])('%j: 554 5.5.1, then closed', (octets) => {
    const open = openTestSession({ greeted: true });
    expect(open.send(octets)).toMatch(/^554 5\.5\.1 PX-STUFFEDBYTES [^\r]*\r\n$/);
    expect(open.closed).toBe(true);
    expect(open.tlsAsked).toBe(0);
  });

  test('also where STARTTLS came in pieces', () => {
    const open = openTestSession({ greeted: true });
    open.send('START');
    expect(open.send('TLS\r\nNOOP\r\n')).toMatch(/^554 5\.5\.1/);
  });
});

test('TLS that the entry requires is asked for at RCPT', () => {
  const open = openTestSession({ greeted: true, standing: listed({ tls: 'required' }) });
  expect(open.send('MAIL FROM:<a@acme.example>\r\n')).toMatch(/^250/);
  expect(open.send('RCPT TO:<b@c.example>\r\n')).toMatch(/^530 5\.7\.0 PX-TLSREQUIRED/);
  open.send('RSET\r\nSTARTTLS\r\n');
  expect(open.send('EHLO a\r\nMAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n')).toMatch(
    /250 2\.1\.5 [^\r]*\r\n$/,
  );
});
