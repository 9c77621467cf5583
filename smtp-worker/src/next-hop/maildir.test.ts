import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HandOverAnswer } from '../session/types.ts';
import { newUnstuffer, openMaildir } from './maildir.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'postern-maildir-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function start() {
  const maildir = await openMaildir(folder);
  const answers: PromiseWithResolvers<HandOverAnswer>[] = [];
  const told: PromiseWithResolvers<HandOverAnswer>[] = [];
  const note = (answer: HandOverAnswer) => told.shift()?.resolve(answer);
  const handOver = maildir.open(
    {
      transactionId: 'T1',
      entryId: null,
      sender: 'a@acme.example',
      declaredSize: null,
      eightBit: false,
      utf8: false,
      client: { address: null, port: null, ehlo: '', protocol: 'ESMTP', login: null },
    },
    { recipientAnswered: note, bodyOpened: note, finished: note, drained: () => {} },
  );
  const answered = async (ask: () => void) => {
    const answer = Promise.withResolvers<HandOverAnswer>();
    answers.push(answer);
    told.push(answer);
    ask();
    return (await answer.promise).kind;
  };
  return { handOver, answered };
}

test('what was accepted is one file in new, dots unstuffed', async () => {
  const { handOver, answered } = await start();
  expect(await answered(() => handOver.recipient('b@c.example'))).toBe('accepted');
  expect(await answered(() => handOver.recipient('d@c.example'))).toBe('accepted');
  expect(await answered(() => handOver.openBody())).toBe('accepted');
  handOver.write(Buffer.from('From: a@acme.example\r\n\r\n'));
  handOver.write(Buffer.from('..one\r\n'));
  expect(await answered(() => handOver.finish(Buffer.from('..\r\ntwo\r\n.\r\n')))).toBe('accepted');
  const [file = '', ...more] = await readdir(path.join(folder, 'new'));
  expect(more).toEqual([]);
  expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
  expect(await readFile(path.join(folder, 'new', file), 'utf8')).toBe(
    'Return-Path: <a@acme.example>\r\nDelivered-To: b@c.example\r\nDelivered-To: d@c.example\r\nFrom: a@acme.example\r\n\r\n.one\r\n.\r\ntwo\r\n',
  );
});

test('a message given up leaves nothing behind', async () => {
  const { handOver, answered } = await start();
  await answered(() => handOver.recipient('b@c.example'));
  await answered(() => handOver.openBody());
  handOver.write(Buffer.from('From: a@acme.example\r\n\r\nhalf'));
  handOver.abandon();
  // A second message is written behind the first one's clean-up.
  const second = await start();
  await second.answered(() => second.handOver.recipient('b@c.example'));
  await second.answered(() => second.handOver.openBody());
  await second.answered(() => second.handOver.finish(Buffer.from('From: a@acme.example\r\n.\r\n')));
  expect(await readdir(path.join(folder, 'new'))).toHaveLength(1);
});

test('what cannot be stored is not accepted', async () => {
  const { handOver, answered } = await start();
  await answered(() => handOver.recipient('b@c.example'));
  await rm(folder, { recursive: true });
  expect(await answered(() => handOver.openBody())).toBe('refused');
});

test.each([
  [['.a\r\n..\r\n'], 'a\r\n.\r\n'],
  [['a\r\n', '..b\r\n'], 'a\r\n.b\r\n'],
  [['a', '.b\r\n'], 'a.b\r\n'],
  [['a\r\n..', '.\r\n'], 'a\r\n..\r\n'],
  [['', '.a'], 'a'],
])('unstuffing %j', (chunks, text) => {
  const unstuff = newUnstuffer();
  expect(Buffer.concat(chunks.map((chunk) => unstuff(Buffer.from(chunk)))).toString()).toBe(text);
});
