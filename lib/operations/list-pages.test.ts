import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageOfOpenReports, pageOfProposals, pageOfSeen } from '../../db/queries/abuse-desk.ts';
import { pageOfAccountServers } from '../../db/queries/account-page.ts';
import { pageOfAccounts, pageOfOwnServers } from '../../db/queries/accounts.ts';
import { pageOfVerifiedDomains } from '../../db/queries/domains.ts';
import {
  type Audience,
  listEntryEvents,
  pageOfAccountEvents,
  pageOfEntryEvents,
} from '../../db/queries/events.ts';
import { type ListPage, makeCursor, readCursor } from '../../db/queries/page-cursor.ts';
import { pageOfPeople } from '../../db/queries/people-page.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { pageOfDueRenewals } from '../../db/queries/renewals.ts';
import {
  abuseProposals,
  abuseReports,
  accountInvitations,
  entries,
  memberships,
  people,
  senderDomains,
  servers,
  signals,
} from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { recordEvent } from './record-event.ts';
import { type Cast, currentRow, inForce, testNow as now, seedCast } from './testing.ts';

// Every list that is paged: page by page it tells the same as at once, each row once and in the same order.

let db: TestDatabase;
let cast: Cast;
let accountId: string;
let entryId: string;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  accountId = cast.owner.viewer?.memberships[0]?.accountId ?? '';
  for (let last = 1; last <= 7; last += 1) {
    const { id } = await inForce(db.database, cast, `45.107.1.${last}`);
    // Some fall due in the same moment.
    await db.database
      .update(entries)
      .set({ reviewBy: addDays(now, last >> 1) })
      .where(eq(entries.id, id));
    await db.database.insert(signals).values(aSignal(id, last));
    entryId = id;
  }
  await db.database.insert(abuseReports).values(Array.from({ length: 5 }, (_, number) => aReport(number)));
});
afterAll(() => db.close());

const aSignal = (id: string, hours: number) => ({
  ...{ entryId: id, kind: 'complaint' as const, strength: 1, weight: 10, source: 'report' as const },
  ...{ dedupeKey: `key ${id}`, at: new Date(now.getTime() - (hours >> 1) * 3_600_000) },
});

const aReport = (number: number) => ({
  ...{ receivedAt: new Date(now.getTime() + (number >> 1)), state: 'for_person' as const },
  ...{ rawSha256: Buffer.alloc(32, number), octets: 1, configured: false, facts: {} },
});

const nobody = { personId: randomUUID(), memberships: [], staffRole: null };

type Read<Row> = (page: { limit: number; cursor?: unknown }) => Promise<ListPage<Row>>;

async function inPagesOf<Row>(limit: number, read: Read<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const page: ListPage<Row> = await read({ limit, ...(cursor === null ? {} : { cursor }) });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    rows.push(...page.rows);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return rows;
}

/** Reads a list at once and by twos. */
async function readBoth<Row>(read: Read<Row>): Promise<Row[]> {
  const all = await read({ limit: 1000 });
  expect(all.nextCursor).toBeNull();
  expect(all.rows.length).toBeGreaterThan(2);
  expect(await inPagesOf(2, read)).toEqual(all.rows);
  // What is no cursor of ours is the first page, and never an error.
  for (const cursor of ['', 'x', '\u0000', ['a', 'b'], makeCursor(['1', 'x', 'y']), makeCursor(['\u0000'])])
    expect((await read({ limit: 2, cursor })).rows).toEqual(all.rows.slice(0, 2));
  return all.rows;
}

test('the people of an account: owners, members, viewers, then who is invited', async () => {
  for (const number of [1, 2, 3]) {
    const [invited] = await db.database
      .insert(people)
      .values({ email: `invited${number}@acme.example` })
      .returning();
    await db.database.insert(accountInvitations).values({
      accountId,
      personId: invited?.id ?? '',
      role: 'member',
      invitedBy: cast.owner.viewer?.personId ?? '',
      expiresAt: addDays(now, 7),
    });
  }
  const read: Read<{ email: string; kind: string; role: string }> = (page) =>
    pageOfPeople(db.database, accountId, now, page);
  expect((await readBoth(read)).map(({ email }) => email)).toEqual([
    'owner@acme.example',
    'member@acme.example',
    'viewer@acme.example',
    'invited1@acme.example',
    'invited2@acme.example',
    'invited3@acme.example',
  ]);
  // Whoever ended the first page leaves, and the next one begins where it would have.
  const first = await read({ limit: 2 });
  await db.database
    .update(memberships)
    .set({ endedAt: now })
    .where(eq(memberships.personId, cast.member.viewer?.personId ?? ''));
  const second = await read({ limit: 1, cursor: first.nextCursor });
  expect(second.rows).toMatchObject([{ email: 'viewer@acme.example', kind: 'member', role: 'viewer' }]);
});

test('the servers of an account, cancelled ones last, each with its domains and SMTP users', async () => {
  const server = (slug: string, status: 'active' | 'cancelled') => ({ accountId, slug, name: slug, status });
  await db.database
    .insert(servers)
    .values([server('acme-a', 'cancelled'), server('acme-b', 'active'), server('acme-z', 'active')]);
  const rows = await readBoth((page) => pageOfAccountServers(db.database, accountId, page));
  expect(rows.map(({ slug }) => slug)).toEqual(['acme-b', 'acme-production', 'acme-z', 'acme-a']);
  expect(rows[1]).toMatchObject({ domains: ['acme.example'], plan: 'Paid' });
  expect(rows[2]).toMatchObject({ domains: [], usernames: [], plan: null });
});

test('the servers of one’s own accounts, by slug, or those with a text in slug or name', async () => {
  const own = (text: string) => (page: { limit: number; cursor?: unknown }) =>
    pageOfOwnServers(db.database, cast.owner.viewer ?? nobody, text, page);
  expect((await readBoth(own(''))).map(({ slug }) => slug)).toEqual([
    ...['acme-a', 'acme-b', 'acme-production', 'acme-z'],
  ]);
  expect((await own('PRODUC')({ limit: 9 })).rows).toMatchObject([{ slug: 'acme-production' }]);
  expect((await own('globex')({ limit: 9 })).rows).toEqual([]);
  expect((await own('_')({ limit: 9 })).rows).toEqual([]);
  expect((await pageOfOwnServers(db.database, nobody, '', { limit: 9 })).rows).toEqual([]);
});

test('verified domains, by name', async () => {
  const [server] = await db.database.select().from(servers).where(eq(servers.slug, 'acme-production'));
  const serverId = server?.id ?? '';
  await db.database
    .insert(senderDomains)
    .values(
      ['a', 'b', 'c'].map((name) => ({ serverId, domain: `${name}.example`, source: 'feed' as const })),
    );
  const names = (await readBoth((page) => pageOfVerifiedDomains(db.database, serverId, page))).map(
    ({ domain }) => domain,
  );
  expect(names).toEqual(['a.example', 'acme.example', 'b.example', 'c.example']);
});

describe('what happened', () => {
  test.each<Audience>(['account', 'staff'])(
    'to an entry, newest first, as %s may read it',
    async (audience) => {
      const entry = await currentRow(db.database, entryId);
      for (const kind of ['marked_critical', 'renewed', 'marked_critical', 'renewed'] as const)
        await recordEvent(db.database, cast.support, {
          kind,
          accountId,
          entryId,
          serverId: entry.serverId,
          content: {},
        });
      const read: Read<object> = (page) => pageOfEntryEvents(db.database, entryId, audience, page);
      expect(await readBoth(read)).toEqual((await listEntryEvents(db.database, entryId, audience)).reverse());
    },
  );

  test('to an account by itself', async () => {
    for (const name of ['one', 'two', 'three'])
      await recordEvent(db.database, cast.owner, {
        kind: 'domain_verified',
        accountId,
        content: { domain: name },
      });
    const read: Read<{ kind: string; content: object }> = (page) =>
      pageOfAccountEvents(db.database, accountId, 'staff', page);
    expect((await readBoth(read)).slice(0, 2).map(({ content }) => content)).toEqual([
      { domain: 'three' },
      { domain: 'two' },
    ]);
  });
});

test('what is due for renewal, earliest first', async () => {
  const { viewer } = cast.owner;
  if (viewer === null) throw new Error('nobody');
  const times = { after: addDays(now, -30), until: addDays(now, 30) };
  const rows = await readBoth((page) => pageOfDueRenewals(db.database, viewer, times, page));
  expect(rows.map(({ network }) => network)).toEqual(
    [1, 2, 3, 4, 5, 6, 7].map((last) => `45.107.1.${last}/32`),
  );
  const made = makeCursor([now.toISOString(), '45.107.1.1/24']);
  expect(await pageOfDueRenewals(db.database, viewer, times, { limit: 9, cursor: made })).toMatchObject({
    rows,
  });
});

test('accounts by slug', async () => {
  const rows = await readBoth((page) => pageOfAccounts(db.database, page));
  expect(rows.map(({ slug }) => slug)).toEqual(['acme', 'globex', 'initech']);
});

describe('of abuse', () => {
  test('reports that wait, oldest first', async () => {
    await readBoth((page) => pageOfOpenReports(db.database, page));
  });

  test('entries of which something was seen, the newest signal first', async () => {
    const { abuse } = await currentPolicy(db.database);
    const rows = await readBoth((page) => pageOfSeen(db.database, abuse, now, page));
    expect(rows[0]?.network).toBe('45.107.1.1/32');
    expect(rows).toHaveLength(7);
  });

  test('proposals: the oldest that is open, then the newest that is decided', async () => {
    await db.database
      .insert(abuseProposals)
      .values([1, 2, 3, 4].map((day) => aProposal(day, day < 3 ? addDays(now, day) : null)));
    const rows = await readBoth((page) => pageOfProposals(db.database, {}, page));
    expect(rows.map(({ reason }) => reason)).toEqual(['3', '4', '2', '1']);
  });
});

const aProposal = (day: number, decidedAt: Date | null) => ({
  ...{
    accountId,
    kind: day === 4 ? ('suspend_account' as const) : ('cancel_account' as const),
    reason: String(day),
    createdAt: addDays(now, day),
  },
  ...(decidedAt === null ? {} : { decidedAt, decision: 'dismissed' as const, decidedReason: 'No.' }),
});

test('a cursor that somebody has made up is answered, whatever number is in it', async () => {
  const far = '999999999999999';
  const id = '6f0c1a52-1f0d-4a4e-8a51-1b8f3b9a6d10';
  const page = (...rest: string[]) => ({ limit: 2, cursor: makeCursor([far, ...rest]) });
  expect((await pageOfPeople(db.database, accountId, now, page('a', id))).rows).toEqual([]);
  const policy = (await currentPolicy(db.database)).abuse;
  expect((await pageOfSeen(db.database, policy, now, page(now.toISOString(), id))).rows).toHaveLength(2);
  expect((await pageOfProposals(db.database, {}, page(far, id))).rows).toEqual([]);
  expect((await pageOfAccountServers(db.database, accountId, page('a'))).rows).toEqual([]);
});

test('a cursor is read to the letter, and by its own list alone', () => {
  const key = ['3', 'someone@acme.example', '6f0c1a52-1f0d-4a4e-8a51-1b8f3b9a6d10'];
  expect(readCursor(makeCursor(key), ['number', 'text', 'uuid'])).toEqual(key);
  expect(readCursor(makeCursor(key), ['number', 'text'])).toBeNull();
  expect(readCursor(makeCursor(key), ['moment', 'text', 'uuid'])).toBeNull();
  expect(readCursor(`${makeCursor(key)}=`, ['number', 'text', 'uuid'])).toBeNull();
  expect(readCursor(makeCursor(['\ud800']), ['text'])).toBeNull();
  expect(readCursor(makeCursor(['+275760-09-13T00:00:00.000Z']), ['moment'])).toBeNull();
});
