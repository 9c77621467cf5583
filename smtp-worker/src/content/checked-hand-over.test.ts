import { expect, test } from 'vitest';
import type { Envelope, HandOver, HandOverAnswer, HandOverEvents } from '../session/types.ts';
import { silentLog } from '../testing/silent-log.ts';
import { checkedHandOver } from './checked-hand-over.ts';
import { type CheckOutcome, openContentChecks, type SpamSeen } from './content-checks.ts';
import { gtube } from './gtube.ts';
import type { FilteredMessage } from './rspamd.ts';

const accepted: HandOverAnswer = { kind: 'accepted', text: '250 Ok' };
const refused: HandOverAnswer = { kind: 'refused', code: 550, enhanced: '5.1.1', text: 'no' };
const envelope: Envelope = {
  transactionId: 'T1',
  server: 'acme-production',
  entryId: 'one',
  sender: 'printer@acme.example',
  declaredSize: null,
  eightBit: false,
  utf8: false,
  offered: { eightBit: true, utf8: true },
  client: { address: '203.0.113.5', port: 40_000, ehlo: 'printer', protocol: 'ESMTP', login: null },
};

/** A filter that calls everything clean, and what goes to and fro between a session and a next hop. */
function opened() {
  const asked: FilteredMessage[] = [];
  const seen: SpamSeen[] = [];
  const outcomes: CheckOutcome[] = [];
  const said: unknown[] = [];
  const checks = openContentChecks({
    filter: {
      ask: (message) => {
        asked.push(message);
        return Promise.resolve({ kind: 'clean', score: 0 });
      },
      close: () => {},
    },
    seen: (spam) => void seen.push(spam),
    counted: (outcome) => void outcomes.push(outcome),
    elapsedMs: () => 0,
    log: silentLog().log,
  });
  let hop: HandOverEvents | undefined;
  const note =
    (what: string) =>
    (...of: unknown[]) =>
      void said.push([
        what,
        ...of.map((one) => (Buffer.isBuffer(one) ? one.toString('latin1', 0, 1000) : one)),
      ]);
  const openHop = (_: Envelope, events: HandOverEvents): HandOver => {
    hop = events;
    return {
      recipient: note('recipient'),
      openBody: note('openBody'),
      write: (octets) => {
        note('write')(octets);
        return octets.length < 1000;
      },
      finish: note('finish'),
      abandon: note('abandon'),
    };
  };
  const events: HandOverEvents = {
    recipientAnswered: note('recipientAnswered'),
    bodyOpened: note('bodyOpened'),
    drained: note('drained'),
    finished: note('finished'),
  };
  const open = (changes: Partial<Envelope> = {}) => {
    const handOver = checkedHandOver(openHop, checks)({ ...envelope, ...changes }, events);
    if (hop === undefined) throw new Error('nothing was opened');
    return { handOver, hop };
  };
  return { open, asked, seen, outcomes, said };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('everything goes to and fro as it came, and once the next hop has taken it, it is looked at', async () => {
  const { open, said, asked, outcomes } = opened();
  const { handOver, hop } = open();
  const steps: [() => unknown, unknown[]][] = [
    [() => handOver.recipient('a@c.example'), ['recipient', 'a@c.example']],
    [() => handOver.recipient('no@c.example'), ['recipient', 'no@c.example']],
    [() => handOver.recipient('b@c.example'), ['recipient', 'b@c.example']],
    [() => hop.recipientAnswered(accepted), ['recipientAnswered', accepted]],
    [() => hop.recipientAnswered(refused), ['recipientAnswered', refused]],
    [() => hop.recipientAnswered(accepted), ['recipientAnswered', accepted]],
    [() => handOver.openBody(), ['openBody']],
    [() => hop.bodyOpened(accepted), ['bodyOpened', accepted]],
    [() => expect(handOver.write(Buffer.from('Subject: x\r\n'))).toBe(true), ['write', 'Subject: x\r\n']],
    [() => expect(handOver.write(Buffer.alloc(1000, 'y'))).toBe(false), ['write', 'y'.repeat(1000)]],
    [() => hop.drained(), ['drained']],
    [() => handOver.finish(Buffer.from('\r\n.\r\n')), ['finish', '\r\n.\r\n']],
  ];
  for (const [step] of steps) step();
  expect(said).toEqual(steps.map(([, what]) => what));
  await settled();
  expect(asked).toEqual([]);
  hop.finished(accepted);
  expect(said.at(-1)).toEqual(['finished', accepted]);
  await settled();
  expect(asked).toMatchObject([
    {
      transactionId: 'T1',
      client: '203.0.113.5',
      ehlo: 'printer',
      sender: 'printer@acme.example',
      recipients: ['a@c.example', 'b@c.example'],
      octets: Buffer.from(`Subject: x\r\n${'y'.repeat(1000)}\r\n`),
    },
  ]);
  expect(outcomes).toEqual(['clean']);
});

test('GTUBE is found wherever it was cut; what the next hop refuses is held against nobody', async () => {
  const { open, seen, outcomes } = opened();
  const send = (answer: HandOverAnswer, ...pieces: string[]) => {
    const { handOver, hop } = open();
    for (const piece of pieces) handOver.write(Buffer.from(piece));
    handOver.finish(Buffer.from('\r\n.\r\n'));
    hop.finished(answer);
  };
  send(accepted, 'Subject: x\r\n\r\n', gtube.slice(0, 20), gtube.slice(20));
  send(accepted, gtube, ' and more');
  send(refused, gtube);
  send({ kind: 'away', reason: 'gone' }, gtube);
  const { handOver, hop } = open();
  handOver.finish(Buffer.from(`${gtube}\r\n.\r\n`));
  hop.finished(accepted);
  await settled();
  expect(seen.map(({ entryId, filter }) => [entryId, filter])).toEqual(Array(3).fill(['one', 'gtube']));
  expect(outcomes).toEqual(['spam', 'spam', 'spam']);
});

test('mail of who has signed in is not looked at', async () => {
  const { open, asked, outcomes, said } = opened();
  const { handOver, hop } = open({ entryId: null });
  handOver.finish(Buffer.from(`${gtube}\r\n.\r\n`));
  hop.finished(accepted);
  await settled();
  expect([asked, outcomes]).toEqual([[], []]);
  expect(said.map((what) => (what as string[])[0])).toEqual(['finish', 'finished']);
});

test('what is given up, or refused, leaves its room to others', async () => {
  const { open, outcomes, said } = opened();
  const large = Buffer.alloc(256 * 1024, 'x');
  // Together far more than is kept at a time.
  for (let count = 0; count < 600; count += 1) {
    const { handOver, hop } = open();
    handOver.write(large);
    if (count % 2 === 0) handOver.abandon();
    else {
      handOver.finish(large);
      hop.finished(refused);
    }
  }
  expect(said.filter((what) => (what as string[])[0] === 'abandon')).toHaveLength(300);
  const { handOver, hop } = open();
  handOver.finish(large);
  hop.finished(accepted);
  await settled();
  expect(outcomes).toEqual(['clean']);
});
