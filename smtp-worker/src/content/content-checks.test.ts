import { expect, test } from 'vitest';
import { silentLog } from '../testing/silent-log.ts';
import { type CheckOutcome, openContentChecks, type SpamSeen } from './content-checks.ts';
import type { MessageCopy } from './message-copy.ts';
import type { Filter, FilterAnswer } from './rspamd.ts';

/** A filter that answers when it is told to. */
function handFilter() {
  const waiting: { transactionId: string; octets: number; answer: (given: FilterAnswer) => void }[] = [];
  const filter: Filter = {
    ask: ({ transactionId, octets }) =>
      new Promise((answer) => waiting.push({ transactionId, octets: octets.length, answer })),
    close: () => {},
  };
  return { filter, waiting };
}

function opened(filter: Filter | null) {
  const seen: SpamSeen[] = [];
  const outcomes: CheckOutcome[] = [];
  const { log, lines } = silentLog();
  const clock = { elapsedMs: Date.UTC(2026, 2, 1) };
  const checks = openContentChecks({
    filter,
    seen: (spam) => void seen.push(spam),
    counted: (outcome) => void outcomes.push(outcome),
    elapsedMs: () => clock.elapsedMs,
    log,
  });
  const hand = (transactionId: string, text: string, gtube = false, copy: MessageCopy = checks.newCopy()) => {
    copy.add(Buffer.from(text));
    checks.check({
      entryId: 'one',
      transactionId,
      client: '203.0.113.5',
      ehlo: 'printer',
      sender: 'a@acme.example',
      recipients: ['jane.doe@c.example'],
      gtube,
      copy,
    });
  };
  return { checks, seen, outcomes, lines, clock, hand };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));
const text = 'Subject: =?utf-8?B?R2V3aW5uZW4gU2llIDEwMDA=?=\r\n\r\nhello\r\n.\r\n';

test('GTUBE needs no filter, and nobody’s name leaves the node', () => {
  const { seen, hand, outcomes } = opened(null);
  hand('T1', text, true);
  hand('T2', text);
  expect(seen).toEqual([
    {
      entryId: 'one',
      transactionId: 'T1',
      verdict: 'spam',
      filter: 'gtube',
      score: null,
      symbols: [],
      sample: { sender: 'a@acme.example', recipient: 'j…@c.example', subject: 'Gewinnen Sie ••••' },
    },
  ]);
  expect(outcomes).toEqual(['spam']);
});

test('as many at once as the filter can bear, the others after them, without the dots of the wire', async () => {
  const { filter, waiting } = handFilter();
  const { checks, seen, hand, outcomes } = opened(filter);
  for (let count = 0; count < 20; count += 1) hand(`T${count}`, 'Subject: x\r\n\r\n..dot\r\n.\r\n');
  expect(waiting.map(({ octets }) => octets)).toEqual(Array(8).fill('Subject: x\r\n\r\n.dot\r\n'.length));
  expect(checks.waiting()).toBe(20);
  for (let done = 0; done < 20; done += 1) {
    waiting[done]?.answer(
      done === 5 ? { kind: 'malware', score: 30, symbols: ['CLAM_VIRUS'] } : { kind: 'clean', score: 0 },
    );
    await settled();
  }
  expect(checks.waiting()).toBe(0);
  expect(seen).toMatchObject([{ transactionId: 'T5', verdict: 'malware', filter: 'rspamd' }]);
  expect(outcomes.filter((outcome) => outcome === 'clean')).toHaveLength(19);
});

test('a filter that is away is left alone for a while, and said once', async () => {
  const { filter, waiting } = handFilter();
  const { hand, outcomes, lines, clock } = opened(filter);
  for (let count = 0; count < 10; count += 1) hand(`T${count}`, text);
  for (const asked of waiting.splice(0)) asked.answer({ kind: 'away', reason: 'refused' });
  await settled();
  hand('T10', text);
  expect(waiting).toEqual([]);
  expect(outcomes).toEqual(Array(11).fill('away'));
  clock.elapsedMs += 5_000;
  hand('T11', text);
  hand('T12', text);
  for (const asked of waiting) asked.answer({ kind: 'clean', score: 0 });
  await settled();
  expect(outcomes.slice(11)).toEqual(['clean', 'clean']);
  expect(lines().map(({ msg }) => msg)).toEqual([
    'the spam filter does not answer: mail goes on without it',
    'the spam filter answers again',
  ]);
});

test('what is kept for the filter is bounded, and room comes back', async () => {
  const { filter, waiting } = handFilter();
  const { hand, outcomes } = opened(filter);
  const large = 'x'.repeat(400_000);
  for (let count = 0; count < 300; count += 1) hand(`T${count}`, large);
  // 256 KiB of each, 64 MiB in all.
  expect(outcomes).toEqual(Array(44).fill('skipped'));
  for (let done = 0; done < 256; done += 1) {
    waiting[done]?.answer({ kind: 'clean', score: 0 });
    await settled();
  }
  hand('again', large);
  expect(waiting.at(-1)).toMatchObject({ transactionId: 'again', octets: 262_144 });
});

test('who says GTUBE in one message after the other does not use up what is kept for the filter', async () => {
  const { filter } = handFilter();
  const { hand, outcomes } = opened(filter);
  const large = 'x'.repeat(400_000);
  for (let count = 0; count < 300; count += 1) hand(`T${count}`, large, true);
  hand('another', large);
  expect(outcomes).toEqual(Array(300).fill('spam'));
});

test('nor does a filter that is away', async () => {
  const { filter, waiting } = handFilter();
  const { hand, outcomes, clock } = opened(filter);
  const large = 'x'.repeat(400_000);
  for (let count = 0; count < 256; count += 1) hand(`T${count}`, large);
  for (const asked of waiting.splice(0)) asked.answer({ kind: 'away', reason: 'refused' });
  await settled();
  for (let count = 0; count < 300; count += 1) hand(`R${count}`, large);
  clock.elapsedMs += 5_000;
  for (let count = 0; count < 256; count += 1) hand(`L${count}`, large);
  expect(new Set(outcomes)).toEqual(new Set(['away']));
});

test('without a filter a little of each message is kept for as long as it takes', () => {
  const { checks, hand, seen } = opened(null);
  const header = `Subject: scan\r\n\r\n${'x'.repeat(100_000)}`;
  const copy = checks.newCopy();
  copy.add(Buffer.from(header));
  expect(copy.read()).toHaveLength(16 * 1024);
  copy.release();
  for (let count = 0; count < 5_000; count += 1) hand(`T${count}`, header);
  hand('last', header, true);
  expect(seen).toMatchObject([{ transactionId: 'last', sample: { subject: 'scan' } }]);
});

test('a fault in asking is told, and the next message has its turn', async () => {
  const { log, lines } = silentLog();
  const outcomes: CheckOutcome[] = [];
  let faults = 20;
  const checks = openContentChecks({
    filter: {
      ask: async () => {
        faults -= 1;
        if (faults >= 0) throw new Error('a fault');
        return { kind: 'clean', score: 0 };
      },
      close: () => {},
    },
    seen: () => undefined,
    counted: (outcome) => void outcomes.push(outcome),
    elapsedMs: () => 0,
    log,
  });
  const envelope = { entryId: 'one', client: null, ehlo: 'x', sender: '', recipients: [], gtube: false };
  for (let count = 0; count < 21; count += 1)
    checks.check({ ...envelope, transactionId: `T${count}`, copy: checks.newCopy() });
  for (let turns = 0; turns < 10; turns += 1) await settled();
  expect(lines().map(({ msg }) => msg)).toEqual(Array(20).fill('a message could not be checked'));
  expect([outcomes, checks.waiting()]).toEqual([['clean'], 0]);
});

test('what is answered to a node that has stopped is held against nobody', async () => {
  const { filter, waiting } = handFilter();
  const { checks, hand, seen } = opened(filter);
  for (let count = 0; count < 10; count += 1) hand(`T${count}`, text);
  checks.close();
  hand('late', text);
  for (const asked of waiting) asked.answer({ kind: 'spam', score: 20, symbols: [] });
  await settled();
  expect([waiting.length, seen, checks.waiting()]).toEqual([8, [], 0]);
});
