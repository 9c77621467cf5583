import { and, desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EntryRow } from '../../db/queries/entries.ts';
import { listEntryEvents } from '../../db/queries/events.ts';
import {
  abuseProposals,
  entries,
  entryStanding,
  ladderPositions,
  outbox,
  policies,
  servers,
  signals,
} from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import type { SignalKind } from '../domain/abuse-signals.ts';
import { judgeEntry, lockForJudging } from './judge-entry.ts';
import { putServer } from './put-server.ts';
import { raiseSignal } from './raise-signal.ts';
import { removeEntry } from './remove-entry.ts';
import { type Cast, currentRow, inForce, testNow as now, platform, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  await setPolicy(calm);
  for (let octet = 1; octet <= 14; octet += 1) {
    ready.push(await inForce(db.database, cast, `45.130.1.${octet}`));
  }
});
afterAll(() => db.close());

/** Neither the fuse nor what follows from many removals: both have tests of their own. */
const calm = { fuseEntries: 1000, serverRemovals: 100 };

let version = 1;
async function setPolicy(abuse: object): Promise<void> {
  version += 1;
  await db.database.insert(policies).values({ version, content: { abuse } });
}

// All of them before the first removal: after that the account has to wait out its cool-down.
const ready: EntryRow[] = [];
async function live(): Promise<EntryRow> {
  const entry = ready.pop();
  if (entry === undefined) throw new Error('more entries are needed');
  return entry;
}
let seen = 0;
const raise = (entry: EntryRow, kind: SignalKind, at = now, key?: string) => {
  seen += 1;
  return raiseSignal(
    db.database,
    {
      entryId: entry.id,
      kind,
      at,
      source: 'node',
      dedupeKey: key ?? `test:${seen}`,
      evidence: {},
      sample: {
        at: at.toISOString(),
        sender: 'a@acme.example',
        recipient: 'j…@x.example',
        subject: `Win ${seen}`,
      },
    },
    now,
  );
};
const times = async (count: number, entry: EntryRow, kind: SignalKind) => {
  for (let at = 0; at < count; at += 1) await raise(entry, kind);
};
const position = async (entry: EntryRow) =>
  (await db.database.select().from(ladderPositions).where(eq(ladderPositions.entryId, entry.id)))[0];
const rate = async (entry: EntryRow) =>
  (await db.database.select().from(entryStanding).where(eq(entryStanding.entryId, entry.id)))[0]?.scope
    .messages_per_hour;
const kinds = async (entry: EntryRow) =>
  (await listEntryEvents(db.database, entry.id, 'staff')).map((event) => event.kind).slice(5);
const mail = async (entry: EntryRow) =>
  (
    await db.database
      .select({ kind: outbox.kind, content: outbox.content })
      .from(outbox)
      .where(and(eq(outbox.entryId, entry.id)))
      .orderBy(outbox.createdAt, desc(outbox.kind))
  ).filter((row) => ['warned', 'throttled', 'removed', 'out_of_force'].includes(row.kind));
const judge = (entry: EntryRow, at: Date) =>
  db.database.transaction(async (transaction) => {
    await lockForJudging(transaction, entry.id);
    return judgeEntry(transaction, entry.id, at);
  });
const daysLater = (days: number) => new Date(now.getTime() + days * 86_400_000);

test('a spam run: warned, slowed down, removed, told; the neighbour of the same account is untouched', async () => {
  const [entry, neighbour] = [await live(), await live()];
  await raise(entry, 'spam');
  expect(await position(entry)).toMatchObject({ step: 'warned' });
  expect(await rate(entry)).toBe(1000);
  await times(2, entry, 'spam');
  expect(await position(entry)).toMatchObject({ step: 'throttled' });
  expect(await rate(entry)).toBe(100);
  await times(5, entry, 'spam');
  expect(await currentRow(db.database, entry.id)).toMatchObject({ status: 'removed', endCause: 'abuse' });
  expect(await position(entry)).toMatchObject({ step: 'removed' });
  expect(await kinds(entry)).toEqual(['warned', 'throttled', 'removed']);
  const told = await mail(entry);
  expect(new Set(told.map((row) => row.kind))).toEqual(new Set(['warned', 'throttled', 'removed']));
  expect(told.find((row) => row.kind === 'throttled')?.content.values).toMatchObject({
    signals: [{ what: 'spam', count: 3 }],
    messagesPerHour: 100,
    until: expect.stringMatching(/^2026-11-2\d/),
  });
  const removed = told.find((row) => row.kind === 'removed')?.content.values;
  expect(removed).toMatchObject({
    cause: 'abuse',
    signals: [{ what: 'spam', count: 8 }],
    coolDownUntil: daysLater(90).toISOString(),
  });
  expect((removed as { samples: unknown[] }).samples).toHaveLength(3);
  expect(await currentRow(db.database, neighbour.id)).toMatchObject({ status: 'active', throttledTo: null });
  expect(await mail(neighbour)).toEqual([]);
});

test('the same thing seen twice is one signal, also when it is told fifty times at once', async () => {
  const entry = await live();
  const raised = await Promise.all(
    Array.from({ length: 50 }, () => raise(entry, 'complaint', now, 'the same')),
  );
  expect(raised.filter((one) => !one.known)).toHaveLength(1);
  expect(await db.database.$count(signals, eq(signals.entryId, entry.id))).toBe(1);
});

test('fifty different ones at once go up step by step, each step once', async () => {
  const entry = await live();
  await Promise.all(Array.from({ length: 50 }, () => raise(entry, 'spam')));
  expect((await currentRow(db.database, entry.id)).status).toBe('removed');
  expect(await kinds(entry)).toEqual(['warned', 'throttled', 'removed']);
});

test('a throttle ends by itself when nothing more is seen, and the owner’s own rate is back', async () => {
  const entry = await live();
  await db.database.update(entries).set({ messagesPerHour: 60 }).where(eq(entries.id, entry.id));
  await times(3, entry, 'complaint');
  expect(await rate(entry)).toBe(10);
  await judge(entry, daysLater(1));
  expect(await rate(entry)).toBe(10);
  await judge(entry, daysLater(8));
  expect(await position(entry)).toMatchObject({ step: 'warned' });
  expect(await rate(entry)).toBe(60);
  await judge(entry, daysLater(30));
  expect(await position(entry)).toMatchObject({ step: 'none' });
  expect(await kinds(entry)).toEqual(['warned', 'throttled', 'throttle_ended']);
});

test('what is likely suspends, with its own cause', async () => {
  const entry = await live();
  await times(4, entry, 'listed');
  expect(await currentRow(db.database, entry.id)).toMatchObject({
    status: 'suspended',
    suspensionCauses: ['abuse'],
  });
  expect((await mail(entry)).map((row) => row.kind)).toContain('out_of_force');
});

test('a paused entry is removed all the same', async () => {
  const entry = await live();
  await db.database
    .update(entries)
    .set({ status: 'suspended', suspensionCauses: ['owner'] })
    .where(eq(entries.id, entry.id));
  await raise(entry, 'malware');
  expect((await currentRow(db.database, entry.id)).status).toBe('removed');
});

test('signals of an entry that has ended are kept, and do nothing', async () => {
  const entry = await live();
  await raise(entry, 'malware');
  const raised = await raise(entry, 'spam');
  expect(raised).toMatchObject({ known: false, judgement: { move: null } });
  expect(await kinds(entry)).toEqual(['removed']);
});

test('a critical entry is slowed down, and a person is called, once', async () => {
  const entry = await live();
  await db.database.update(entries).set({ critical: true }).where(eq(entries.id, entry.id));
  await raise(entry, 'malware');
  await times(3, entry, 'spam');
  expect(await currentRow(db.database, entry.id)).toMatchObject({ status: 'active', throttledTo: 100 });
  expect(await position(entry)).toMatchObject({
    step: 'throttled',
    calledFor: 'removed',
    notDone: 'critical',
  });
  expect(await kinds(entry)).toEqual(['throttled', 'ladder_critical']);
  const calls = await db.database.select().from(outbox).where(eq(outbox.kind, 'abuse_call'));
  // Each of the three of staff, once.
  expect(calls.map(({ content }) => content.values)).toEqual(
    [1, 2, 3].map(() => expect.objectContaining({ about: 'entry', calledFor: 'removed' })),
  );
});

test('what is set aside counts no more', async () => {
  const entry = await live();
  await times(2, entry, 'complaint');
  await db.database
    .update(signals)
    .set({ setAsideAt: now, setAsideReason: 'Not theirs.' })
    .where(eq(signals.entryId, entry.id));
  await times(2, entry, 'complaint');
  expect(await position(entry)).toMatchObject({ step: 'warned' });
});

test('observing, it only says what it would do', async () => {
  await setPolicy({ ...calm, mode: 'observe' });
  const entry = await live();
  await times(8, entry, 'spam');
  expect(await currentRow(db.database, entry.id)).toMatchObject({ status: 'active', throttledTo: null });
  expect(await position(entry)).toMatchObject({ step: 'none', calledFor: 'removed', notDone: 'observed' });
  expect(await kinds(entry)).toEqual(['ladder_observed', 'ladder_observed', 'ladder_observed']);
  expect(await mail(entry)).toEqual([]);
  await setPolicy(calm);
});

describe('repeated removals', () => {
  test('the third one suspends the server with everything on it; the next proposes to suspend the account', async () => {
    await setPolicy({ fuseEntries: 1000 });
    const all: EntryRow[] = [];
    for (let octet = 1; octet <= 5; octet += 1) {
      all.push(await inForce(db.database, cast, `45.131.1.${octet}`, cast.otherOwner, 'globex-mail'));
    }
    const [first, second, third, fourth, fifth] = all as [EntryRow, EntryRow, EntryRow, EntryRow, EntryRow];
    const server = async () =>
      (await db.database.select().from(servers).where(eq(servers.slug, 'globex-mail')))[0];
    await raise(first, 'malware');
    await raise(second, 'malware');
    expect((await server())?.status).toBe('active');
    // A removal by staff for abuse counts as well.
    const removal = {
      database: db.database,
      actor: cast.support,
      now,
      side: 'staff',
      reason: 'Spam.',
    } as const;
    await removeEntry({ ...removal, id: third.id, abuse: true });
    expect((await server())?.status).toBe('suspended');
    const [standing] = await db.database
      .select()
      .from(entryStanding)
      .where(eq(entryStanding.entryId, fifth.id));
    expect(standing).toMatchObject({ state: 'lapsed', reason: 'server_suspended' });
    const { rows } = await db.pool.query(`select state from node_credentials where username = 'globex-mail'`);
    expect(rows).toEqual([{ state: 'lapsed' }]);

    // The platform's feed knows nothing of it, and does not lift it.
    const feed = { database: db.database, actor: platform, now } as const;
    expect(await putServer({ ...feed, server: { slug: 'globex-mail', status: 'active' } })).toMatchObject({
      ok: true,
      changed: false,
      server: { status: 'suspended' },
    });

    expect(await db.database.select().from(abuseProposals)).toEqual([]);
    await raise(fourth, 'malware');
    await removeEntry({ ...removal, id: fifth.id, abuse: true });
    expect(await db.database.select().from(abuseProposals)).toMatchObject([
      {
        kind: 'suspend_account',
        accountId: fourth.accountId,
        evidence: { removals: 4, days: 90 },
        decidedAt: null,
      },
    ]);
    const calls = await db.database.select().from(outbox).where(eq(outbox.kind, 'abuse_call'));
    expect(calls.map(({ content }) => content.values)).toEqual(
      expect.arrayContaining([{ about: 'account', account: 'Globex', removals: 4, days: 90 }]),
    );
    expect(new Set(calls.map(({ dedupeKey }) => dedupeKey)).size).toBe(calls.length);
  });
});
