import { expect, test } from 'vitest';
import { openTestSession, type TestSessionOptions } from '../testing/session-harness.ts';
import { longestHeader } from './held-header.ts';
import type { HandOverAnswer } from './types.ts';

// What a message is answered, what is handed on of it and what is told of it does not hang on how its octets are cut.

const from = 'From: a@acme.example\r\n';
const header = `${from}Subject: probe\r\n\r\n`;
const automatic = `${from}Auto-Submitted: auto-replied\r\n\r\n`;
const text = `${'x'.repeat(40)}\r\n`.repeat(10);
const stuffed = `.X-One: 1\r\n.X-Two: 2\r\n`;
const entryId = '0198c1d2-0000-7000-8000-000000000001';

type Play = { limit?: number; data?: HandOverAnswer; proof?: boolean; header?: string };

function play(pieces: readonly string[], { limit = 10_000, data, proof = false }: Play) {
  const options: TestSessionOptions = { greeted: true, scope: { messageBytes: limit } };
  if (proof) options.proof = () => ({ ok: true, reportId: 'r', entryId });
  const open = openTestSession(options);
  if (data !== undefined) open.nextHop.answers.set('DATA', data);
  const recipient = proof ? '123@proof.example' : 'b@c.example';
  open.send(`MAIL FROM:<a@acme.example>\r\nRCPT TO:<${recipient}>\r\n`);
  open.send('DATA\r\n');
  const said = pieces.map((piece) => open.send(piece)).join('');
  const { transactions, mails, withdrawn, closed } = open;
  // Nothing is handed on where a message does not come to its dot: how much the next hop saw of it is no matter.
  const body = transactions[0]?.outcome === 'accepted' ? open.nextHop.body : '';
  // Nor how much had come when it was given up.
  const log = transactions.map((record) => ({
    ...record,
    bytes: record.outcome === 'abandoned' ? 0 : record.bytes,
  }));
  const counted = mails.map((mail) => ({ ...mail, octets: closed ? 0 : mail.octets }));
  return { said, log, counted, withdrawn, closed, body };
}

const refused: HandOverAnswer = { kind: 'refused', code: 451, enhanced: '4.3.0', text: 'not now' };
const away: HandOverAnswer = { kind: 'away', reason: 'gone' };
const strange = 'From: a@victim.example\r\n\r\n';

const messages: [string, string, Play, RegExp][] = [
  ['accepted', `${header}${text}.\r\n`, {}, /^250 2\.0\.0 Accepted/],
  ['refused by the next hop', `${header}${text}.\r\n`, { data: refused }, /^451 4\.3\.0 PX-NEXTHOPREFUSED/],
  ['too large', `${header}${text}.\r\n`, { limit: 100 }, /^552 5\.3\.4 PX-MESSAGETOOLARGE/],
  ['too large, and refused', `${header}${text}.\r\n`, { limit: 100, data: refused }, /^552 5\.3\.4/],
  [
    'too large, and the next hop is away',
    `${header}${text}.\r\n`,
    { limit: 100, data: away },
    /^552 5\.3\.4/,
  ],
  ['a stranger, and too large', `${strange}${text}.\r\n`, { limit: 100 }, /^550 5\.7\.1 PX-HEADERFROM/],
  [
    'a header as large as allowed',
    `${strange}.\r\n`,
    { limit: strange.length - 2 },
    /^550 5\.7\.1 PX-HEADERFROM/,
  ],
  ['a header too large by itself', `${strange}.\r\n`, { limit: strange.length - 3 }, /^552 5\.3\.4/],
  [
    'a stranger, with a header as large as allowed',
    `${strange}x\r\n.\r\n`,
    { limit: strange.length - 2 },
    /^550 5\.7\.1 PX-HEADERFROM/,
  ],
  [
    'a header that is too large by its stuffed dots alone',
    `${stuffed}${strange}x\r\n.\r\n`,
    { limit: stuffed.length + strange.length - 4 },
    /^550 5\.7\.1 PX-HEADERFROM/,
  ],
  ['a bare LF', `${header}a\nb\r\n.\r\n`, {}, /^554 5\.6\.0 [^\r]*\r\n$/],
  ['a proof', `${header}${text}.\r\n`, { proof: true }, /^250 2\.0\.0 Proof received/],
  ['a proof that is too large', `${header}${text}.\r\n`, { proof: true, limit: 100 }, /^250|^552/],
  ['an automatic answer', `${automatic}${text}.\r\n`, { proof: true }, /^250 2\.0\.0 Proof received/],
  ['an automatic answer with a bare LF', `${automatic}${text}a\nb\r\n.\r\n`, { proof: true }, /^554 5\.6\.0/],
  ['an automatic answer with NUL', `${automatic}\0\r\n.\r\n`, { proof: true }, /^554 5\.6\.0/],
  ['a bare LF within the header', `${from}Auto-Submitted: x\n\r\n.\r\n`, { proof: true }, /^554 5\.6\.0/],
];

const withdrawals = [
  'an automatic answer',
  'an automatic answer with a bare LF',
  'an automatic answer with NUL',
];

test.each(messages)(
  '%s: the same in one piece, octet by octet, and cut anywhere',
  (name, message, how, reply) => {
    const whole = play([message], how);
    expect(whole.said).toMatch(reply);
    expect(whole.withdrawn.length).toBe(withdrawals.includes(name) ? 1 : 0);
    expect(play([...message], how)).toEqual(whole);
    for (let at = 1; at < message.length; at += 1) {
      expect(play([message.slice(0, at), message.slice(at)], how)).toEqual(whole);
    }
  },
);

test.each([longestHeader, longestHeader + 1])(
  'a header section beyond both limits, %i octets allowed',
  (limit) => {
    const huge = `${from}${`X-Long: ${'x'.repeat(900)}\r\n`.repeat(400)}\r\n.\r\n`;
    const rule = limit === longestHeader ? 'MESSAGETOOLARGE' : 'HEADERTOOLARGE';
    const whole = play([huge], { limit });
    expect(whole.said.startsWith(`552 5.3.4 PX-${rule}`)).toBe(true);
    for (const length of [1000, 65_536]) {
      const pieces = huge.match(new RegExp(`[^]{1,${length}}`, 'g')) ?? [];
      expect(play(pieces, { limit })).toEqual(whole);
    }
  },
);
