import { domainToASCII } from 'node:url';
import { expect, test } from 'vitest';
import { readHeaderSection } from './header-section.ts';
import { decideHeader } from './message-header.ts';

const toAscii = (domain: string) => domainToASCII(domain) || null;
const domains = new Set(['acme.example', 'acme2.example']);

const decide = (text: string) => {
  const section = readHeaderSection(text);
  if (!section.ok) throw new Error(section.code);
  return decideHeader(section.fields, domains, toAscii);
};

test.each([
  'From: a@acme.example\r\n',
  'Subject: x\r\nFROM: Scanner <a@ACME.example>,\r\n b@acme2.example\r\nTo: v@elsewhere.example\r\n',
  'From: "evil@evil.example" <a@acme.example>\r\n',
  'From: "Scanner,\r\n Second Floor"\r\n (at\r\n\tthe window) <a@acme.example>\r\n',
  'From: a@acme.example (Scanner (2nd floor)\r\n at the window)\r\n',
  'From: "a@acme.example"\r\n (b@acme.example)\r\n <a@acme.example>\r\n',
  'Sender: x@evil.example\r\nReply-To: y@evil.example\r\nFrom: a@acme.example\r\n',
  `${'Received: x\r\n'.repeat(100)}From: a@acme.example\r\n`,
])('passes: %j', (text) => {
  expect(decide(text)).toBeNull();
});

test.each([
  ['', 'no From field'],
  ['Subject: x\r\n', 'no From field'],
  ['X-From: a@acme.example\r\n', 'no From field'],
  ['From: a@evil.example\r\n', 'From names evil.example'],
  ['From: a@sub.acme.example\r\n', 'From names sub.acme.example'],
  ['From: a@acme.example, b@evil.example\r\n', 'From names evil.example'],
  ['From: G: a@acme.example, b@evil.example;\r\n', 'From names evil.example'],
  ['From: a@acme.example\r\nfrom: b@acme.example\r\n', '2 From fields'],
  ['From: a@acme.example\r\n.From: b@evil.example\r\n', '2 From fields'],
  ['From: a@acme.example\r\nFrom : b@evil.example\r\n', '2 From fields'],
  ['From : a@acme.example\r\n', 'white space before the colon of From'],
  ['From: b@evil.example\r\n <a@acme.example>\r\n', 'From field: syntax'],
  ['From: "x\r\n <b@evil.example>, y" <a@acme.example>\r\n', 'From field: syntax'],
  ['From: "b@evil.example\r\n , y" <a@acme.example>\r\n', 'From field: syntax'],
  ['From: "x\r\n.\tb\\@evil.example, y"@acme.example\r\n', 'From field: syntax'],
  ['From: "x\r\n " "<b@evil.example>" <a@acme.example>\r\n', 'From field: syntax'],
  ['From: (x\r\n b@evil.example) a@acme.example\r\n', 'From field: syntax'],
  ['From: a@acme.example ((\r\n ).evil.example)\r\n', 'From field: syntax'],
  ['From: <a@acme.example((x\r\n )y)>\r\n', 'From field: syntax'],
  ['From:\u000b a@acme.example\r\n', 'From field: control_character'],
  ['From: a@acme.example\u000c\r\n', 'From field: control_character'],
  ['From: a@acme.example\u00a0\r\n', 'From field: address'],
])('%j is out of scope', (text, reason) => {
  expect(decide(text)).toEqual({ rule: 'header_from_out_of_scope', reason });
});

test('a loop is ended', () => {
  const text = `${'Received: x\r\n'.repeat(101)}From: a@acme.example\r\n`;
  expect(decide(text)).toEqual({ rule: 'mail_loop', reason: '101 Received fields' });
});
