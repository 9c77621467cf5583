import {
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HandOverAnswer } from '../session/types.ts';
import { testEnvelope } from '../testing/next-hop-pool.ts';
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
  const drained = Promise.withResolvers<void>();
  const handOver = maildir.open(testEnvelope, {
    recipientAnswered: note,
    bodyOpened: note,
    finished: note,
    drained: drained.resolve,
  });
  const answered = async (ask: () => void) => {
    const answer = Promise.withResolvers<HandOverAnswer>();
    answers.push(answer);
    told.push(answer);
    ask();
    return (await answer.promise).kind;
  };
  const last = () => answers.at(-1)?.promise;
  return { handOver, answered, last, drained: drained.promise };
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
  expect((await stat(path.join(folder, 'new', file))).mode & 0o777).toBe(0o600);
  expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
  expect(await readFile(path.join(folder, 'new', file), 'utf8')).toBe(
    'Return-Path: <a@acme.example>\r\nDelivered-To: b@c.example\r\nDelivered-To: d@c.example\r\nFrom: a@acme.example\r\n\r\n.one\r\n.\r\ntwo\r\n',
  );
});

/** Stands in for what brings a file or a folder to stable storage, until `restore`. */
async function spyOnSync(before: (handle: FileHandle) => Promise<void>, after = async () => {}) {
  const handle = await open(folder, 'r');
  await handle.close();
  const methods: FileHandle = Object.getPrototypeOf(handle);
  const { sync } = methods;
  const spy = vi.spyOn(methods, 'sync').mockImplementation(async function (this: FileHandle) {
    await before(this);
    await sync.call(this);
    await after();
  });
  return () => spy.mockRestore();
}

/** What names lead to: the message under way in `tmp`, the one in `new`, and that folder. */
async function places() {
  const only = async (part: string) => {
    const [name] = await readdir(path.join(folder, part));
    return name === undefined ? null : path.join(folder, part, name);
  };
  const found = { draft: await only('tmp'), kept: await only('new'), new: path.join(folder, 'new') };
  const inodes = new Map<number, string>();
  for (const [what, place] of Object.entries(found)) {
    if (place !== null) inodes.set((await stat(place)).ino, what);
  }
  return { found, inodes };
}

test('250 is said once the file is on stable storage, and after that its name in new', async () => {
  const { handOver, answered } = await start();
  await answered(() => handOver.recipient('b@c.example'));
  await answered(() => handOver.openBody());
  const octets = Buffer.from('From: a@acme.example\r\n\r\nhello\r\n.\r\n');
  const written = `Return-Path: <a@acme.example>\r\nDelivered-To: b@c.example\r\n${octets.subarray(0, -3)}`;
  const seen: unknown[] = [];
  let told = false;
  const restore = await spyOnSync(
    async (handle) => {
      const { found, inodes } = await places();
      const text = await readFile(found.draft ?? found.kept ?? '', 'utf8');
      const { ino } = await handle.stat();
      seen.push([inodes.get(ino), found.kept === null ? 'in tmp' : 'in new', text === written]);
    },
    async () => {
      // Whoever does not wait for it has answered by now.
      for (let turn = 0; turn < 50; turn += 1) await setImmediate();
      seen.push(told ? 'told' : 'not told');
    },
  );
  try {
    const finish = answered(() => handOver.finish(octets));
    finish.then(() => {
      told = true;
    });
    expect(await finish).toBe('accepted');
  } finally {
    restore();
  }
  expect(seen).toEqual([['draft', 'in tmp', true], 'not told', ['new', 'in new', true], 'not told']);
});

test.each([1, 2])(
  'where storage fails at step %i, the message is not accepted and nothing of it stays',
  async (failing) => {
    const { handOver, answered } = await start();
    await answered(() => handOver.recipient('b@c.example'));
    await answered(() => handOver.openBody());
    let step = 0;
    const restore = await spyOnSync(async () => {
      step += 1;
      if (step === failing) throw new Error('input/output error');
    });
    try {
      const octets = Buffer.from('From: a@acme.example\r\n.\r\n');
      expect(await answered(() => handOver.finish(octets))).toBe('refused');
    } finally {
      restore();
    }
    await expect.poll(async () => (await places()).found).toMatchObject({ draft: null, kept: null });
  },
);

test('the folder itself is on stable storage before it takes messages', async () => {
  const synced: number[] = [];
  const restore = await spyOnSync(async (handle) => {
    synced.push((await handle.stat()).ino);
  });
  const made = path.join(folder, 'made');
  try {
    await openMaildir(made);
  } finally {
    restore();
  }
  expect(synced).toEqual([(await stat(made)).ino, (await stat(folder)).ino]);
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
  expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
});

test('a body beyond 256 KiB that is not written yet is held back until it is', async () => {
  const { handOver, answered, drained } = await start();
  await answered(() => handOver.recipient('b@c.example'));
  await answered(() => handOver.openBody());
  const piece = Buffer.from('x'.repeat(128 * 1024));
  expect([piece, piece, Buffer.from('x')].map((octets) => handOver.write(octets))).toEqual([
    true,
    true,
    false,
  ]);
  await drained;
  expect(handOver.write(piece)).toBe(true);
  expect(await answered(() => handOver.finish(Buffer.from('\r\n.\r\n')))).toBe('accepted');
});

test('a message of which a part could not be written never comes into new', async () => {
  const { handOver, answered, last } = await start();
  await answered(() => handOver.recipient('b@c.example'));
  await answered(() => handOver.openBody());
  let synced = 0;
  const restore = await spyOnSync(async () => {
    synced += 1;
  });
  const handle = await open(folder, 'r');
  await handle.close();
  const full = vi
    .spyOn(Object.getPrototypeOf(handle) as FileHandle, 'writeFile')
    .mockRejectedValueOnce(new Error('no space left'));
  try {
    handOver.write(Buffer.from('From: a@acme.example\r\n\r\n'));
    await answered(() => handOver.finish(Buffer.from('rest\r\n.\r\n')));
    expect(await last()).toEqual({ kind: 'refused', code: 452, enhanced: '4.3.1', text: 'no space left' });
  } finally {
    full.mockRestore();
    restore();
  }
  expect(synced).toBe(0);
});

test('what was left half written a day and a half ago is removed, and nothing younger', async () => {
  const drafts = path.join(folder, 'tmp');
  await mkdir(drafts);
  const hour = 3_600_000;
  for (const hours of [35, 37]) {
    const draft = path.join(drafts, `of ${hours} hours`);
    await writeFile(draft, '');
    const then = new Date(Date.now() - hours * hour);
    await utimes(draft, then, then);
  }
  // Gone before it was looked at, and what is no draft at all: neither keeps a node from starting.
  await symlink(path.join(folder, 'nowhere'), path.join(drafts, 'gone'));
  await mkdir(path.join(drafts, 'folder'));
  await utimes(path.join(drafts, 'folder'), new Date(0), new Date(0));
  await openMaildir(folder);
  expect((await readdir(drafts)).sort()).toEqual(['folder', 'gone', 'of 35 hours']);
});

test('the folders are for the user of the node alone', async () => {
  await openMaildir(folder);
  for (const part of ['tmp', 'new', 'cur'])
    expect((await stat(path.join(folder, part))).mode & 0o777).toBe(0o700);
});

test('nothing is answered of a message that was given up', async () => {
  const { handOver, answered } = await start();
  let told = false;
  void answered(() => handOver.recipient('b@c.example')).then(() => {
    told = true;
  });
  handOver.abandon();
  await setImmediate();
  expect(told).toBe(false);
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
