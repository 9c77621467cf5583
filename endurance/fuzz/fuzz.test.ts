import { expect, test } from 'vitest';
import { newDice } from '../support/dice.ts';
import { fuzzEngine } from './fuzz-engine.ts';
import { playToEngine } from './play-engine.ts';
import { fuzzProxyHeaders, newHeader } from './proxy-headers.ts';
import { newScript, type Script, sessionStates } from './script.ts';
import { describeScript, shrink } from './shrink.ts';
import { judgeHeader, judgeOctets } from './wire.ts';

// A bounded part of what `npm run endurance -- fuzz` does without end of patience.

test('eighteen thousand sessions from eight states: nothing that must never happen', () => {
  const { accepted, byState } = fuzzEngine(18_000, 1);
  // A fuzz that never gets a message through would never see a wrong one.
  expect(accepted).toBeGreaterThan(1000);
  expect(Object.keys(byState).sort()).toEqual([...sessionStates].sort());
}, 300_000);

test('fifty thousand PROXY headers are read as the specification reads them', () => {
  const { good, bad } = fuzzProxyHeaders(50_000, 1);
  expect(good).toBeGreaterThan(5000);
  expect(bad).toBeGreaterThan(5000);
}, 60_000);

test('a seed is one conversation', () => {
  expect(newScript(42)).toEqual(newScript(42));
  expect(newHeader(newDice(42))).toBe(newHeader(newDice(42)));
  const script = newScript(7, 'in_body');
  expect(playToEngine(script)).toEqual(playToEngine(script));
  expect(describeScript(script)).toContain('seed 7, in_body');
});

test('what goes wrong is made small', () => {
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

const trace = 'Received: from x\r\n\tby y\r\nPostern-Attribution: v=1\r\n';
test.each([
  ['a@acme.example', 'From: a@acme.example\r\n', null],
  ['a@acme.example', 'From: a@acme.example\r\n.From: b@victim.example\r\n', '2 From fields'],
  ['a@acme.example', 'From: a@acme.example\r\n.Postern-Attribution: x\r\n', 'not exactly one attribution'],
  ['a@acme.example', 'From:\r\n a@victim.example\r\n', 'From names'],
  ['a@victim.example', 'From: a@acme.example\r\n', 'sender a@victim.example'],
])('the judge of headers: sender %s, %j', (sender, header, problem) => {
  const message = { sender, recipients: [], finished: true, accepted: true, abandoned: false };
  const judged = judgeHeader({ ...message, octets: `${trace}${header}\r\n.\r\n` }, 'acme.example');
  if (problem === null) expect(judged).toBeNull();
  else expect(judged).toContain(problem);
});
