import { and, eq, isNull } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listEntryEvents } from '../../db/queries/events.ts';
import { entries, memberships, outbox, people } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { queriesOf } from '../../db/testing-plans.ts';
import { addDays } from '../domain/days.ts';
import { acceptResponsibility } from './accept-responsibility.ts';
import { approveEntry } from './approve-entry.ts';
import { changeMember } from './change-member.ts';
import { erasePerson } from './erase-person.ts';
import { endMembership, putPerson } from './put-person.ts';
import { renewEntry } from './renew-entry.ts';
import type { Actor } from './result.ts';
import { type Cast, currentRow, inForce, testNow as now, reviewable, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
let accountId: string;
let leaver: Actor;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  accountId = cast.owner.viewer?.memberships[0]?.accountId ?? '';
});
afterAll(() => db.close());

beforeEach(async () => {
  const [person] = await db.database
    .insert(people)
    .values({ email: `leaver-${Math.random()}@acme.example` })
    .returning();
  const personId = person?.id ?? '';
  await db.database.insert(memberships).values({ accountId, personId, role: 'owner' });
  leaver = {
    ...cast.owner,
    viewer: { personId, memberships: [{ accountId, role: 'owner' }], staffRole: null },
  };
});

let last = 0;
const address = () => `45.105.1.${++last}`;
const emailOf = async () => {
  const [row] = await db.database
    .select()
    .from(people)
    .where(eq(people.id, leaver.viewer?.personId ?? ''));
  return row?.email ?? '';
};
const feed = async () => ({
  database: db.database,
  actor: cast.admin,
  account: 'acme',
  email: await emailOf(),
  now,
});

const departures: [string, () => Promise<{ ok: boolean }>][] = [
  [
    'an owner removes them',
    () =>
      changeMember({
        database: db.database,
        actor: cast.owner,
        accountId,
        personId: leaver.viewer?.personId ?? '',
        role: null,
        now,
      }),
  ],
  ['the platform ends the membership', async () => endMembership(await feed())],
  [
    'they are erased',
    () =>
      erasePerson({
        database: db.database,
        actor: cast.admin,
        personId: leaver.viewer?.personId ?? '',
        reason: 'Asked for it.',
        now,
      }),
  ],
  ['they go on as a member', async () => putPerson({ ...(await feed()), role: 'member' })],
];

test.each(departures)('%s: attestation by another owner is due in 30 days', async (_how, leave) => {
  const { id } = await inForce(db.database, cast, address(), leaver);
  const { id: soon } = await inForce(db.database, cast, address(), leaver);
  const inTenDays = addDays(now, 10);
  await db.database.update(entries).set({ reviewBy: inTenDays }).where(eq(entries.id, soon));
  const others = await inForce(db.database, cast, address());
  expect(await leave()).toMatchObject({ ok: true });
  expect(await currentRow(db.database, id)).toMatchObject({ status: 'active', reviewBy: addDays(now, 30) });
  expect(await currentRow(db.database, soon)).toMatchObject({ reviewBy: inTenDays });
  expect((await currentRow(db.database, others.id)).reviewBy).toEqual(others.reviewBy);
  expect((await listEntryEvents(db.database, id)).at(-1)).toMatchObject({ kind: 'sponsor_left' });
  expect(await renewEntry({ database: db.database, actor: cast.owner, id, now })).toMatchObject({
    entry: { sponsorId: cast.owner.viewer?.personId },
  });
});

test('of a request, another owner has to accept responsibility before it is approved', async () => {
  const { id } = await reviewable(db.database, leaver, address());
  const approve = () =>
    approveEntry({ database: db.database, actor: cast.support, id, now, reason: 'Proven.', override: [] });
  await endMembership(await feed());
  expect(await approve()).toMatchObject({ requirement: 'responsibility', reason: 'needs_owner' });
  const told = await db.database
    .select({ to: outbox.personId })
    .from(outbox)
    .where(and(eq(outbox.entryId, id), eq(outbox.kind, 'owner_needed')));
  expect(told).toEqual([{ to: cast.owner.viewer?.personId }]);
  await acceptResponsibility({ database: db.database, actor: cast.owner, id, now });
  expect(await approve()).toMatchObject({ ok: true });
});

test('who leaves many requests is answered for by no more queries than who leaves one', async () => {
  const departure = async (requests: number) => {
    const who = leaver.viewer?.personId;
    await db.pool.query(
      `insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated,
         requested_by, sponsor_id)
       select $1, id, set_masklen($3::inet + i, 32), 'pending', 'Scanner', true, true, $2, $2
       from servers cross join generate_series(1, $4::int) i where slug = 'acme-production'`,
      [accountId, who, `45.106.${requests}.0`, requests],
    );
    const operation = await feed();
    return (await queriesOf(db.pool, (database) => endMembership({ ...operation, database }))).length;
  };
  const one = await departure(1);
  await db.database
    .insert(memberships)
    .values({ accountId, personId: leaver.viewer?.personId ?? '', role: 'owner' });
  expect(await departure(40)).toBe(one);
  expect(await db.database.$count(outbox, eq(outbox.kind, 'owner_needed'))).toBeGreaterThan(40);
});

test('a member who leaves stood for nothing', async () => {
  const entry = await inForce(db.database, cast, address());
  await db.database
    .update(memberships)
    .set({ role: 'member' })
    .where(and(eq(memberships.personId, leaver.viewer?.personId ?? ''), isNull(memberships.endedAt)));
  await endMembership(await feed());
  expect(await currentRow(db.database, entry.id)).toMatchObject({ revision: entry.revision });
});
