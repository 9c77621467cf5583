import { performance } from 'node:perf_hooks';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { buildWhitelistIndex } from '../../../lib/domain/whitelist-index.ts';
import { openRates } from '../rates.ts';
import { openDialogue } from '../testing/dialogue.ts';
import { proxyLine } from '../testing/test-node.ts';
import {
  credential,
  entryId,
  entryOf,
  listed,
  login,
  openThreadHarness,
  put,
  stalenessMs,
  type ThreadHarness,
  type ThreadHarnessOptions,
} from '../testing/thread-harness.ts';
import { newEntryTable } from '../whitelist/entry-table.ts';

// One thread at a time, where it matters in which order it hears what.

let world: ThreadHarness | null = null;
afterEach(async () => {
  vi.restoreAllMocks();
  await world?.close();
  world = null;
});

async function open(options?: ThreadHarnessOptions): Promise<ThreadHarness> {
  world = await openThreadHarness(options);
  return world;
}

describe('a password that was right', () => {
  test('is remembered, and no other one with it', async () => {
    const { signIn, asked } = await open();
    for (const password of ['right', 'right', 'another'])
      expect((await signIn(password)).reply).toBe('235 2.7.0');
    expect(asked).toEqual(['right', 'another']);
  });

  test('is remembered for its place alone: elsewhere it counts as a guess until it was looked at', async () => {
    const { signIn, asked } = await open();
    for (const address of ['198.51.100.60', '198.51.100.61', '198.51.100.60', '198.51.100.61'])
      await signIn('right', address);
    expect(asked).toEqual(['right', 'right']);
  });

  test('is forgotten at the place where somebody guesses', async () => {
    const world: ThreadHarness = await open({
      core: {
        checkCredentials: async (_, password) =>
          password === 'right'
            ? { ok: true, login }
            : { ok: false, rule: 'credentials_wrong', reason: 'a guess' },
      },
    });
    for (const password of ['right', 'guess', 'right', 'right']) await world.signIn(password);
    expect(world.asked).toEqual(['right', 'guess', 'right']);
  });

  test('and was changed in that moment is not remembered for the new one', async () => {
    const world: ThreadHarness = await open({
      core: {
        checkCredentials: async () => {
          if (world.asked.length > 1) return { ok: false, rule: 'credentials_wrong', reason: 'changed' };
          // Heard before the answer, which is of the hash before.
          const changed = { ...credential, passwordHash: 'another hash' };
          world.threads.tell({ kind: 'directory', servers: [], credentials: [changed] });
          return { ok: true, login };
        },
      },
    });
    await world.signIn('right');
    expect((await world.signIn('right')).reply).toBe('535 5.7.8');
    expect(world.asked).toEqual(['right', 'right']);
  });

  test('is of no use once the copy is too old: the main thread is asked, which signs nobody in then', async () => {
    const { signIn, threads, asked } = await open();
    await signIn('right');
    threads.beat(performance.now() - stalenessMs - 1000);
    await signIn('right');
    expect(asked).toEqual(['right', 'right']);
  });
});

test('a credential that ends takes the session along that rests on it', async () => {
  const { signIn, threads } = await open();
  const { client } = await signIn('right');
  threads.tell({ kind: 'directory', servers: [], credentials: [{ ...credential, state: 'ended' }] });
  expect(await client.rest()).toMatch(/^421 4\.7\.0 PX-/);
});

describe('the age of the copy', () => {
  test.each([
    ['fresh enough', stalenessMs - 10_000, '250 2.1.5'],
    ['too old', stalenessMs + 1000, '451 4.3.0'],
    ['without any heartbeat', Number.POSITIVE_INFINITY, '451 4.3.0'],
  ])('%s', async (_, ageMs, reply) => {
    const { rcpt } = await open({ heartbeatAt: performance.now() - ageMs });
    expect((await rcpt(listed)).reply).toBe(reply);
  });

  test('goes on counting though the main thread says nothing more, and a heartbeat makes it young', async () => {
    const { rcpt, threads } = await open();
    threads.beat(performance.now() - stalenessMs + 300);
    await vi.waitFor(async () => expect((await rcpt(listed)).reply).toBe('451 4.3.0'), { timeout: 10_000 });
    threads.beat(performance.now());
    expect((await rcpt(listed)).reply).toBe('250 2.1.5');
  });
});

describe('what is told of the copy', () => {
  test('an end closes the session that rests on it, though its client says nothing', async () => {
    const { rcpt, threads, table } = await open();
    const { client, reply } = await rcpt(listed);
    expect(reply).toBe('250 2.1.5');
    threads.tell({ kind: 'ended', rows: put(table, entryOf(`${listed}/32`, { state: 'ended' })) });
    expect(await client.rest()).toMatch(/^421 4\.7\.0 PX-/);
  });

  test('all of it anew: sessions that rest on what is gone are closed', async () => {
    const { rcpt, threads, table } = await open();
    const { client } = await rcpt(listed);
    put(table, entryOf(`${listed}/32`, { state: 'ended' }));
    threads.copyReloaded();
    expect(await client.rest()).toMatch(/^421 4\.7\.0 PX-/);
  });

  test('terms that nobody had before, and more rows than there was room for', async () => {
    const { rcpt, threads, table } = await open();
    const scope =
      '{"sender_domains":["other.example"],"recipient_domains":null,"tls":"offered","mode":"enforce"}';
    const many = Array.from({ length: 3000 }, (_, number) =>
      entryOf(`45.0.${number >> 8}.${number & 255}/32`, {
        entryId: `0198c1d2-0000-7000-8001-${number.toString(16).padStart(12, '0')}`,
        scope,
      }),
    );
    put(table, ...many);
    threads.copyChanged();
    expect((await rcpt('45.0.11.183', 'a@other.example')).reply).toBe('250 2.1.5');
    expect((await rcpt('45.0.11.183')).reply).toBe('550 5.7.1');
  });
});

test('what cannot be answered is told to try again, and leaves nobody waiting', async () => {
  const { signIn, silent } = await open({
    core: {
      checkCredentials: async () => {
        throw new Error('a fault');
      },
    },
  });
  expect((await signIn('right')).reply).toBe('454 4.7.0');
  expect(silent.lines().map(({ msg }) => msg)).toContain('a question of a thread could not be answered');
});

describe('a thread that dies', () => {
  test('held a lock of the rates: it is opened, and nobody else’s', async () => {
    const { rates, threads, rcpt } = await open();
    const [lock, other] = locksOf(rates);
    const words = new Int32Array(rates.buckets);
    // As a thread leaves it that is ended in mid-count: the first, and one that lives on.
    [words[lock], words[other]] = [1, 99];
    await threads.kill();
    expect([words[lock], words[other]]).toEqual([0, 99]);
    expect((await rcpt(listed)).reply).toBe('250 2.1.5');
  });

  test('had connections of one client: so many more may come, and those of the others still count', async () => {
    const { threads, hello } = await open({ threads: 2 });
    const clients = await Promise.all(Array.from({ length: 200 }, () => hello('198.51.100.210')));
    await expect(hello('198.51.100.210')).rejects.toThrow('421 4.7.0');
    await threads.kill();
    const left = await Promise.allSettled(clients.map((client) => client.say('NOOP')));
    const gone = left.filter(({ status }) => status === 'rejected').length;
    expect(gone).toBeGreaterThan(0);
    for (let more = 0; more < gone; more += 1) await hello('198.51.100.210');
    await expect(hello('198.51.100.210')).rejects.toThrow('421 4.7.0');
  });

  test('refused what the deny file says, and so does the one in its place', async () => {
    const { threads, hello } = await open({ denied: ['198.51.100.95/32'] });
    await expect(hello('198.51.100.95')).rejects.toThrow('554 5.7.1');
    await threads.kill();
    await expect(hello('198.51.100.95')).rejects.toThrow('554 5.7.1');
  });

  test('now and then is an accident, however often', async () => {
    const { threads, silent } = await open();
    const real = performance.now.bind(performance);
    for (let deaths = 1; deaths <= 7; deaths += 1) {
      vi.spyOn(performance, 'now').mockImplementation(() => real() + deaths * 20_000);
      await threads.kill();
    }
    expect(silent.lines().filter(({ level }) => level === 60)).toEqual([]);
  });
});

test('a thread that hangs keeps nobody from reading what the others count, nor from stopping', async () => {
  const { rates, threads, hello } = await open();
  const [lock] = locksOf(rates);
  // Nobody will ever open it.
  new Int32Array(rates.buckets)[lock] = 99;
  const client = await hello(listed);
  await client.say('MAIL FROM:<printer@acme.example>');
  client.send('RCPT TO:<b@elsewhere.example>\r\nDATA\r\n');
  await vi.waitFor(async () => expect(await threads.metrics()).toEqual([]), { timeout: 20_000 });
  await threads.drain(0);
});

describe('what was told is known to whoever asks thereafter, though the thread has not come to it yet', () => {
  /** Holds the thread up in the middle of a command; what comes meanwhile lies in the order in which it came. */
  async function whileHeldUp(held: ThreadHarness, work: () => Promise<void>): Promise<void> {
    const words = new Int32Array(held.rates.buckets);
    const [lock] = locksOf(held.rates);
    words[lock] = 99;
    const client = await held.hello(listed);
    await client.say('MAIL FROM:<printer@acme.example>');
    client.send('RCPT TO:<b@elsewhere.example>\r\nDATA\r\n');
    // Somebody waits for the lock.
    while (Atomics.notify(words, lock) === 0) await nextTurn();
    await work();
    Atomics.store(words, lock, 0);
  }

  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

  test('that an address is no longer in the copy', async () => {
    const held = await open();
    put(held.table, entryOf('203.0.113.6/32', { entryId: entryId.replace(/1$/, '2') }));
    const client = await held.hello('203.0.113.6');
    await client.say('MAIL FROM:<printer@acme.example>');
    await whileHeldUp(held, async () => {
      client.send('RCPT TO:<b@elsewhere.example>\r\n');
      await nextTurn();
      const other = newEntryTable();
      put(other, entryOf(`${listed}/32`));
      held.replace(other);
      held.threads.copyReloaded();
    });
    expect(await client.reply()).toMatch(/^530 5\.7\.0|^421 4\.7\.0/);
  });

  test('that an address is denied', async () => {
    const held = await open();
    const client = await openDialogue({ port: held.threads.addresses[0]?.port ?? 0 });
    await nextTurn();
    await whileHeldUp(held, async () => {
      client.send(proxyLine('198.51.100.95'));
      await nextTurn();
      held.threads.tell({ kind: 'deny', index: buildWhitelistIndex(['198.51.100.95/32']).words.buffer });
    });
    expect(await client.reply()).toMatch(/^554 5\.7\.1/);
    client.close();
  });

  test('that a credential has ended', async () => {
    const held = await open();
    const { client } = await held.signIn('right');
    await client.say('MAIL FROM:<printer@acme.example>');
    await whileHeldUp(held, async () => {
      client.send('RCPT TO:<b@elsewhere.example>\r\n');
      await nextTurn();
      const ended = { ...credential, state: 'ended' } as const;
      held.threads.tell({ kind: 'directory', servers: [], credentials: [ended] });
    });
    expect(await client.reply()).not.toMatch(/^250/);
  });
});

test('a sign-in and a proof that is taken back reach the main thread, from where they came', async () => {
  const heard: unknown[] = [];
  const proof = { reportId: 'a report', entryId };
  const { signIn, hello } = await open({
    core: {
      signedIn: ({ address }) => void heard.push(['signed in', address]),
      keepProof: async ({ address, token }) => {
        heard.push(['proof', address, token]);
        return { ok: true, ...proof };
      },
      withdrawProof: (...said) => void heard.push(['withdrawn', ...said]),
    },
  });
  await signIn('right');
  const client = await hello('198.51.100.75');
  await client.say('MAIL FROM:<printer@acme.example>');
  expect(await client.say('RCPT TO:<token@proof.example>')).toMatch(/^250 2\.1\.5/);
  await client.say('DATA');
  client.send('From: a@acme.example\r\nAuto-Submitted: auto-replied\r\n\r\nx\r\n.\r\n');
  await client.expect('250');
  await vi.waitFor(() => expect(heard).toHaveLength(3), { timeout: 10_000 });
  expect(heard).toEqual([
    ['signed in', '198.51.100.60'],
    ['proof', '198.51.100.75', 'token'],
    ['withdrawn', proof, 'auto_submitted'],
  ]);
});

describe('what a thread has seen', () => {
  test('is handed over before long, and once', async () => {
    const { rcpt, counted, silent, threads } = await open();
    const { client } = await rcpt('198.51.100.7');
    await client.say('RSET');
    const lines = () => silent.lines().filter((line) => line.client === '198.51.100.7');
    await vi.waitFor(() => expect([counted.length, lines().length > 0]).toEqual([1, true]), {
      timeout: 10_000,
    });
    const before = lines().length;
    await threads.drain(0);
    expect(counted.map((mail) => mail.client)).toEqual(['198.51.100.7']);
    expect(lines().length).toBeGreaterThanOrEqual(before);
    expect(new Set(lines().map((line) => JSON.stringify(line))).size).toBe(lines().length);
  });

  test('is handed over at the latest when it stops', async () => {
    const { rcpt, counted, told, silent, threads, table } = await open();
    put(table, entryOf('203.0.113.7/32', { entryId: entryId.replace(/1$/, '2'), state: 'suspended' }));
    const both = await Promise.all(['203.0.113.7', '198.51.100.7'].map((address) => rcpt(address)));
    expect(both.map(({ reply }) => reply)).toEqual(['550 5.7.1', '530 5.7.0']);
    await Promise.all(both.map(({ client }) => client.say('RSET')));
    await threads.drain(0);
    // It has ended because it was asked to: nobody takes its place.
    expect(silent.lines().filter(({ level }) => level >= 50)).toEqual([]);
    expect(counted.map((mail) => mail.client)).toEqual(['198.51.100.7']);
    expect(silent.lines().some((line) => line.client === '198.51.100.7')).toBe(true);
    // Whoever was refused rested on no entry: its mail counts as that of the entry which holds its address.
    expect(told.map(({ kind }) => kind)).toContain('counters');
    expect(JSON.stringify(told)).toContain(entryId.replace(/1$/, '2'));
  });

  test('of who has signed in counts for no entry, and is no stranger’s, wherever it comes from', async () => {
    const { signIn, counted, told, threads } = await open();
    for (const address of [listed, '198.51.100.7']) {
      const { client } = await signIn('right', address);
      await client.say('MAIL FROM:<a@other.example>');
      expect(await client.say('RCPT TO:<b@elsewhere.example>')).toMatch(/^550/);
      await client.say('RSET');
    }
    await threads.drain(0);
    expect(counted).toEqual([]);
    expect(told.filter(({ kind }) => kind === 'counters')).toEqual([]);
  });
});

/** Where the lock of the entry's bucket lies, and another one. */
function locksOf(rates: ThreadHarness['rates']): [number, number] {
  const words = new Int32Array(rates.buckets);
  let lock = -1;
  const look = () => {
    lock = words.indexOf(77);
    return 0;
  };
  openRates(rates, look, 77).take(entryId, 1000);
  const others = openRates(rates, () => 0, 77);
  others.giveBack(entryId);
  const of = lock;
  openRates(rates, look, 77).take(entryId.replace(/1$/, '2'), 1000);
  return [of, lock];
}
