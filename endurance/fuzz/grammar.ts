import type { Dice } from '../support/dice.ts';

// What is said to a mail server by those who mean well, by devices, and by those who do not: one character an octet
// (latin1).

/** Domains that the whitelisted client may send from; everything else is out of its scope. */
export const ownDomain = 'acme.example';
/** Nothing that names it may ever reach the next hop as a sender. */
const victimDomain = 'victim.example';

export const username = 'fuzz';
export const password = 'right';

const plain = (identity: string, name: string, secret: string) =>
  Buffer.from(`${identity}\0${name}\0${secret}`).toString('base64');

export const rightPlain = plain('', username, password);

const lineEnds = ['\n', '\r', '\r\r\n', '\n\r', '\0\r\n', '\r\n\r\n', ' \r\n', '\t\r\n', ''];

/** Nearly always CR LF: a session that ends at once shows nothing. */
export function lineEnd(dice: Dice): string {
  return dice.chance(0.97) ? '\r\n' : dice.pick(lineEnds);
}

const senders = [
  `<a@${ownDomain}>`,
  `<a@${ownDomain}>`,
  `<printer@${ownDomain}>`,
  ` <a@${ownDomain}> `,
  `a@${ownDomain}`,
  '<>',
  `<a@${victimDomain}>`,
  `<a@${ownDomain}@${victimDomain}>`,
  `<"a@${victimDomain}"@${ownDomain}>`,
  `<@${victimDomain}:a@${ownDomain}>`,
  `<a@${ownDomain}.${victimDomain}>`,
  `<a@${victimDomain}> <a@${ownDomain}>`,
  `<a@ACME.Example>`,
  `<\u00c3\u00a9@${ownDomain}>`,
  '<a@\u00ef\u00bd\u0081cme.example>',
  '<a@[203.0.113.5]>',
  '<a@[IPv6:::ffff:203.0.113.5]>',
  '<postmaster>',
  '<a>',
  '',
  `<${'x'.repeat(70)}@${ownDomain}>`,
  `<a\r\nRCPT TO:<x@${victimDomain}>@${ownDomain}>`,
];

const recipients = [
  '<b@elsewhere.example>',
  '<b@elsewhere.example>',
  '<c@elsewhere.example>',
  'd@elsewhere.example',
  '<b@c.example> NOTIFY=NEVER',
  `<${victimDomain}!b@elsewhere.example>`,
  '<b%victim.example@elsewhere.example>',
  '<"b@victim.example"@elsewhere.example>',
  '<"b\\@victim.example"@elsewhere.example>',
  '<@a.example,@b.example:c@d.example>',
  '<b@[192.0.2.1]>',
  '<b@[IPv6:2001:db8::1]>',
  '<|/bin/sh>',
  '<postmaster>',
  '<token@proof.example>',
  '<0000000000@proof.example>',
  '<>',
  '',
  '<b@elsewhere.example',
  '<\u00c3\u00a4@b\u00c3\u00bccher.example>',
  `<b@${'d'.repeat(64)}.example>`,
];

const parameters = [
  '',
  '',
  '',
  ' SIZE=100',
  ' SIZE=99999999999',
  ' SIZE=-1',
  ' BODY=8BITMIME',
  ' BODY=BINARYMIME',
  ' SMTPUTF8',
  ' AUTH=<>',
  ' SIZE=1 SIZE=2',
  ' RET=FULL',
  ' X-UNKNOWN=1',
];

const otherLines = [
  'NOOP',
  'RSET',
  'VRFY a',
  'EXPN list',
  'HELP',
  'QUIT',
  'BDAT 10 LAST',
  'BDAT 5\r\nhello',
  `XCLIENT ADDR=203.0.113.5 LOGIN=${username}`,
  'XFORWARD ADDR=203.0.113.5',
  'PROXY TCP4 203.0.113.5 192.0.2.1 1 25',
  'GET / HTTP/1.1',
  'POST / HTTP/1.0\r\nHost: mx\r\n',
  'TURN',
  'ETRN x',
  'SEND FROM:<a@acme.example>',
  'MA\u00c4\u00b1L FROM:<a@acme.example>',
  '',
  ' ',
  'DATA x',
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
  '\u00ff\u00f4\u00ff\u00fd',
];

const signIns = [
  `AUTH PLAIN ${rightPlain}`,
  'AUTH PLAIN',
  `AUTH PLAIN ${plain('', username, 'wrong')}`,
  `AUTH PLAIN ${plain('somebody', username, password)}`,
  `AUTH PLAIN ${plain('', `${username}\0x`, password)}`,
  'AUTH PLAIN =',
  'AUTH PLAIN !!!!',
  'AUTH LOGIN',
  `AUTH LOGIN ${Buffer.from(username).toString('base64')}`,
  'AUTH CRAM-MD5',
  'AUTH',
  '*',
  Buffer.from(username).toString('base64'),
  Buffer.from(password).toString('base64'),
  rightPlain,
];

const greetings = [
  'EHLO client.example',
  'EHLO',
  'HELO x',
  'EHLO My Scanner',
  'EHLO [203.0.113.5]',
  'EHLO a\tb',
  `EHLO ${'x'.repeat(600)}`,
];

/** One command line without its end. */
export function commandLine(dice: Dice): string {
  const kind = dice.number(20);
  if (kind < 5) return `MAIL FROM:${dice.pick(senders)}${dice.pick(parameters)}`;
  if (kind < 10) return `RCPT TO:${dice.pick(recipients)}${dice.chance(0.05) ? dice.pick(parameters) : ''}`;
  if (kind < 13) return 'DATA';
  if (kind < 14) return dice.pick(greetings);
  if (kind < 15) return 'STARTTLS';
  if (kind < 17) return dice.pick(signIns);
  return dice.pick(otherLines);
}

const others = [...'bbcd'].map((name) => `${name}@elsewhere.example`).concat('token@proof.example');

/** MAIL, now and then with what a next hop may not take, and one recipient or a few. */
export function envelope(dice: Dice): string {
  const asked = dice.chance(0.2) ? dice.pick([' BODY=8BITMIME', ' SMTPUTF8']) : '';
  let lines = `MAIL FROM:<a@${ownDomain}>${asked}\r\n`;
  for (let more = dice.pick([1, 1, 2, 3]); more > 0; more -= 1) lines += `RCPT TO:<${dice.pick(others)}>\r\n`;
  return lines;
}

const fields = [
  `From: a@${ownDomain}`,
  `From: a@${ownDomain}`,
  `From: a@${ownDomain}`,
  `From: "a@${victimDomain}" <a@${ownDomain}>`,
  `From: a@${victimDomain}`,
  `From: a@${ownDomain}, b@${victimDomain}`,
  `.From: a@${victimDomain}`,
  `..From: a@${victimDomain}`,
  `From : a@${victimDomain}`,
  `From:\r\n a@${victimDomain}`,
  `From: group: a@${ownDomain};`,
  `From: a@${ownDomain}\r\n.\tb@${victimDomain}`,
  `From: "a\r\n <b@${victimDomain}>" <a@${ownDomain}>`,
  `From: a@${ownDomain} (c\r\n b@${victimDomain})`,
  `From: ((b@${victimDomain}\\)) "x" <a@${ownDomain}>, "y\\"" <printer@${ownDomain}>`,
  `From: =?utf-8?q?b=40victim.example=2C?= <a@${ownDomain}>`,
  `From: =?utf-8?q?"?= <b@${victimDomain}> =?utf-8?q?"?= <a@${ownDomain}>`,
  `From: a@${ownDomain}\u000b, b@${victimDomain}`,
  `Subject: x\u000bFrom: b@${victimDomain}`,
  `Subject: x\u00e2\u0080\u00a8From: b@${victimDomain}`,
  `Subject: x\u00c2\u0085Postern-Attribution: v=1; server=forged`,
  'Subject: x',
  'Auto-Submitted: auto-replied',
  'Subject: \u00c3\u00a4',
  'Postern-Attribution: v=1; server=forged',
  '.postern-attribution : v=1;\r\n folded',
  'Received: from x by y',
  'nonsense',
  ' folded first',
  `To: b@elsewhere.example`,
  'X-Long: '.padEnd(900, 'x'),
];

const bodyLines = [
  'hello',
  'hello',
  'a second line',
  '..dot',
  '.one more',
  '',
  '\u00e9 8 bit \u00ff',
  '\t',
  'x'.repeat(997),
  'x'.repeat(999),
  'MAIL FROM:<a@acme.example>',
];

/** What some servers have taken for the end of a message, and the one that is. */
const dots = [
  '\r\n.\r\n',
  '\r\n.\r\n',
  '\r\n.\r\n',
  '\r\n.\r\n',
  '\n.\n',
  '\n.\r\n',
  '\r\n.\n',
  '\r.\r\n',
  '\r.\r',
  '\r\n.\r',
  '\r\n.\r\r\n',
  '\r\r\n.\r\r\n',
  '\r\n\0.\r\n',
  '\r\n.\0\r\n',
  '\r\n. \r\n',
  '\r\n..\r\n',
  '\n\n.\r\n',
  '\r\n.\u0085\r\n',
];

const smuggled = `MAIL FROM:<admin@${victimDomain}>\r\nRCPT TO:<c@elsewhere.example>\r\nDATA\r\nFrom: admin@${victimDomain}\r\nSubject: SMUGGLED\r\n\r\nsmuggled\r\n.\r\n`;

/** A message as it follows DATA, its dot or what stands in for it included. */
export function message(dice: Dice): string {
  let header = `${dice.chance(0.85) ? `From: a@${ownDomain}` : dice.pick(fields)}\r\n`;
  for (let more = dice.number(3); more > 0; more -= 1) {
    header += `${dice.chance(0.6) ? 'Subject: scan' : dice.pick(fields)}\r\n`;
  }
  let text = '';
  for (let more = dice.number(4); more > 0; more -= 1) {
    text += `${dice.chance(0.8) ? 'some text' : dice.pick(bodyLines)}${lineEnd(dice)}`;
  }
  // About the size that is allowed, from both sides: the header section alone, and the whole.
  if (dice.chance(0.03)) header += `X-Long: ${'x'.repeat(90)}\r\n`.repeat(26 + dice.number(6));
  if (dice.chance(0.1)) text += `${'many a line '.repeat(6)}\r\n`.repeat(30 + dice.number(20));
  const end = dice.pick(dots);
  return `${header}${dice.chance(0.95) ? '\r\n' : ''}${text}last line${end}${dice.chance(0.3) ? smuggled : ''}`;
}
