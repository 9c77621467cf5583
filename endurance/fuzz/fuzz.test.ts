import { expect, test } from 'vitest';
import { newDice } from '../support/dice.ts';
import { fuzzEngine } from './fuzz-engine.ts';
import { newHopDialogue, type WireMessage } from './hop-dialogue.ts';
import type { Asked } from './hop-manner.ts';
import { judgeWire } from './judge-session.ts';
import { playToEngine } from './play-engine.ts';
import { fuzzProxyHeaders, newHeader } from './proxy-headers.ts';
import { recut } from './recut.ts';
import { newScript, type Script, sessionStates } from './script.ts';
import { describeScript, shrink } from './shrink.ts';
import { type Handed, judgeHeader, judgeOctets } from './wire.ts';

// A bounded part of what `npm run endurance -- fuzz` does without end of patience.

test('twenty-five thousand sessions from eight states: nothing that must never happen', async () => {
  const { accepted, byState } = fuzzEngine(25_000, 1);
  // A fuzz that never gets a message through would never see a wrong one.
  expect(accepted).toBeGreaterThan(1000);
  expect(Object.keys(byState).sort()).toEqual([...sessionStates].sort());
}, 300_000);

test('fifty thousand PROXY headers are read as the specification reads them', () => {
  const { good, bad } = fuzzProxyHeaders(50_000, 1);
  expect(good).toBeGreaterThan(5000);
  expect(bad).toBeGreaterThan(5000);
}, 60_000);

test('a seed is one conversation', async () => {
  expect(newScript(42)).toEqual(newScript(42));
  expect(newHeader(newDice(42))).toBe(newHeader(newDice(42)));
  const script = newScript(7, 'in_body');
  expect(playToEngine(script)).toEqual(playToEngine(script));
  expect(describeScript(script)).toContain('seed 7, in_body');
});

test('what goes wrong is made small', async () => {
  const long: Script = {
    ...newScript(1, 'greeted'),
    steps: [
      { octets: 'NOOP\r\n', settled: true },
      { event: 'drained' },
      { octets: 'RSET\r\nBOOM now\r\n', settled: true },
    ],
  };
  const { steps } = shrink(long, ({ steps: left }) => JSON.stringify(left).includes('BOOM'));
  expect(steps).toEqual([{ octets: 'BOOM', settled: true }]);
});

const manner = {
  greets: 'ehlo',
  pipelining: true,
  xforward: true,
  eightBit: true,
  utf8: true,
  idle: 'keeps',
} as const;

type HopChanges = { pipelining?: boolean; text?: string; eightBit?: false; utf8?: false };

/** Says EHLO and what follows, each of it heard, unless it ends in … */
function tellHop(
  refused: Asked | null,
  said: readonly string[],
  { pipelining = true, text = 'such a reply', ...lacks }: HopChanges = {},
): string | null {
  let problem: string | null = null;
  const dialogue = newHopDialogue({
    manner: { ...manner, ...lacks, pipelining },
    decide: (asked) => ({ taken: asked !== refused, text, hangsUp: false }),
    messages: [],
    reply: () => {},
    wrong: (what) => {
      problem ??= what;
    },
  });
  dialogue.heard();
  for (const each of ['EHLO node', ...said]) {
    dialogue.take(`${each.replace('…', '')}\r\n`);
    if (!each.endsWith('…')) for (const _ of each.split('\r\n')) dialogue.heard();
  }
  return problem;
}

const mail = 'MAIL FROM:<a@b>';
const rcpt = 'RCPT TO:<c@d>';
test.each([
  [null, [mail, rcpt, 'DATA', 'x\r\n.', mail], null],
  [null, [`${mail}\r\n${rcpt}`, 'RSET', mail], null],
  ['MAIL', [`${mail}\r\n${rcpt}`, 'RSET', mail], null],
  [null, ['DATA'], 'DATA without an accepted recipient'],
  [null, [mail, 'DATA'], 'DATA without an accepted recipient'],
  ['RCPT', [mail, rcpt, 'DATA'], 'DATA without an accepted recipient'],
  [null, [mail, `${rcpt}\r\nDATA`], 'DATA before the reply to RCPT'],
  [null, [rcpt], 'RCPT before MAIL'],
  [null, [mail, 'RSET', rcpt], 'RCPT before MAIL'],
  ['MAIL', [mail, rcpt], 'RCPT after MAIL was refused'],
  [null, [`${mail}…`, rcpt], null],
  [null, [mail, mail], 'MAIL inside a transaction'],
  [null, [mail, rcpt, 'XFORWARD IDENT=1'], 'XFORWARD inside a transaction'],
  ['RSET', [mail, 'RSET', mail], 'MAIL inside a transaction'],
  [null, [mail, rcpt, 'DATA…', 'x'], 'a body before 354 was heard'],
  ['DATA', [mail, rcpt, 'DATA', 'x'], 'no command: "x"'],
  [null, [mail, rcpt, 'DATA', '.\r\nMAIL FROM:<e@f>'], 'MAIL before the reply to .'],
  [null, ['MAIL FROM:<a@b>\nRCPT TO:<c@d>'], 'no command: "MAIL FROM:<a@b>\\nRCPT TO:<c@d>"'],
  [null, ['QUIT', mail], `after the last reply, to QUIT: "${mail}\\r\\n"`],
] as const)('the next hop, which refuses %j, sees what it must not be told: %j', (refused, said, problem) => {
  expect(tellHop(refused, said)).toBe(problem);
});

test('a next hop sees what it was asked to carry and has not offered', () => {
  expect(tellHop(null, [`${mail} BODY=8BITMIME SMTPUTF8`])).toBe(null);
  const [eightBit, utf8] = ['8BITMIME where it is not offered', 'SMTPUTF8 where it is not offered'];
  expect(tellHop(null, [`${mail} BODY=8BITMIME`], { eightBit: false })).toBe(eightBit);
  expect(tellHop(null, [`${mail} SIZE=1 SMTPUTF8`], { utf8: false })).toBe(utf8);
});

test('a next hop that asks for more after the dot is told nothing any more', () => {
  const said = [mail, rcpt, 'DATA', 'x\r\n.', 'RSET'];
  expect(tellHop('.', said, { text: '354 more' })).toBe('after the last reply, to .: "RSET\\r\\n"');
  expect(tellHop('.', said, { text: '451 no' })).toBeNull();
});

test('a next hop without PIPELINING is to be waited for', () => {
  expect(tellHop(null, [`${mail}…`, rcpt], { pipelining: false })).toBe('RCPT before the reply to MAIL');
});

test.each([
  ['a\n.\r\n', 'LF without CR was handed on'],
  ['a\r.\r\n.\r\n', 'CR without LF was handed on'],
  ['a\0\r\n.\r\n', 'NUL was handed on'],
  ['a\r\n.\r\nMAIL\r\n.\r\n', '2 closing dots in one message'],
  ['a\r\n', 'a message was finished without its dot'],
  ['a\r\n..\r\n.x\r\n.\r\n', null],
])('the judge of what is handed on sees %j', (octets, problem) => {
  expect(judgeOctets({ octets, finished: true })).toBe(problem);
});

const over: Handed = {
  sender: 'a@b',
  recipients: ['c@d'],
  octets: 'x\r\n.\r\n',
  finished: true,
  accepted: true,
  abandoned: false,
};
const { sender, recipients, octets } = over;
const scripted = (steps: Script['steps']): Script => ({ ...newScript(1, 'greeted'), steps });
const piece = (octets: string, settled = false) => ({ octets, settled });

test('the same octets are cut anywhere but behind DATA and STARTTLS', () => {
  const data = scripted([piece('NO'), piece('OP\r\ndata\r\n'), piece('x\r\n'), piece('y', true), piece('.')]);
  const octets = (script: Script) => script.steps.map((step) => ('octets' in step ? step.octets : '!'));
  expect(octets(recut(data, 'in one piece'))).toEqual(['NOOP\r\ndata\r\n', 'x\r\ny', '.']);
  expect(octets(recut(scripted([piece('DATA\r\nx\r\n')]), 'octet by octet'))).toEqual([
    ...['D', 'A', 'T', 'A', '\r', '\nx', '\r', '\n'],
  ]);
  const event = scripted([piece('STARTTLS\r\n'), { event: 'drained' }, piece('EH'), piece('LO a\r\n', true)]);
  expect(octets(recut(event, 'in one piece'))).toEqual(['STARTTLS\r\n', '!', 'EHLO a\r\n']);
  expect(recut(event, 'octet by octet').steps.filter((step) => 'settled' in step && step.settled)).toEqual([
    piece('\n', true),
  ]);
});

const onWire: WireMessage = { sender, recipients, octets, ended: true, accepted: true };
test.each([
  ['what it was handed', [onWire], null],
  ['the beginning of it', [onWire, { ...onWire, octets: 'x\r\n', ended: false }], null],
  ['octets of no message', [onWire, { ...onWire, octets: 'RSET\r\n', ended: false }], 'octets of no message'],
  ['it twice', [onWire, onWire], 'a message too many'],
  ['another one', [onWire, { ...onWire, octets: 'y\r\n.\r\n' }], 'a message too many'],
  ['another sender', [{ ...onWire, sender: '' }], 'another sender'],
  ['fewer recipients', [{ ...onWire, recipients: [] }], 'other recipients'],
  ['what it refused', [{ ...onWire, accepted: false }], 'which the next hop has refused'],
  ['nothing', [], 'that the next hop never got'],
])('the judge of the wire: the next hop got %s', (_, wire, problem) => {
  if (problem === null) expect(() => judgeWire(wire, [over])).not.toThrow();
  else expect(() => judgeWire(wire, [over])).toThrow(problem);
});

const trace = 'Received: from x\r\n\tby y\r\nPostern-Attribution: v=1\r\n';
test.each([
  ['a@acme.example', 'From: a@acme.example\r\n', null],
  ['a@acme.example', 'From: a@acme.example\r\n.From: b@victim.example\r\n', '2 From fields'],
  ['a@acme.example', 'From: a@acme.example\r\n.Postern-Attribution: x\r\n', 'not exactly one attribution'],
  ['a@acme.example', 'From:\r\n a@victim.example\r\n', 'From names'],
  ['a@victim.example', 'From: a@acme.example\r\n', 'sender a@victim.example'],
  [
    'a@acme.example',
    'From: a@acme.example\r\nX: \u00c2\u0085From: b@victim.example\r\n',
    'a field within the line',
  ],
])('the judge of headers: sender %s, %j', (sender, header, problem) => {
  const message = { sender, recipients: [], finished: true, accepted: true, abandoned: false };
  const judged = judgeHeader({ ...message, octets: `${trace}${header}\r\n.\r\n` }, 'acme.example');
  if (problem === null) expect(judged).toBeNull();
  else expect(judged).toContain(problem);
});
