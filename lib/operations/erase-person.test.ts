import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventPrivate, events, memberships, outbox, people, sessions } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { createToken } from './create-token.ts';
import { erasePerson } from './erase-person.ts';
import { exportPerson } from './export-person.ts';
import { operatorActor } from './result.ts';
import { type Cast, testNow as now, requested, seedCast } from './testing.ts';
import { verifyAudit } from './verify-audit.ts';

let db: TestDatabase;
let cast: Cast;
let personId: string;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  personId = cast.owner.viewer?.personId ?? '';
  await requested(db.database, cast.owner, '45.190.1.1');
  await createToken({
    database: db.database,
    actor: operatorActor,
    personId,
    name: 'Jo’s laptop',
    scope: 'account',
    now,
  });
  await db.database
    .insert(sessions)
    .values({ personId, address: '198.51.100.7', userAgent: 'Browser of Jo', expiresAt: now });
});
afterAll(() => db.close());

async function piecesOf(text: AsyncIterable<string>): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of text) pieces.push(piece);
  return pieces;
}

const erase = (actor = cast.admin, reason = 'Asked for it.') =>
  erasePerson({ database: db.database, actor, personId, reason, now });

test('a person reads everything about themselves, and no secret; others of the account read nothing', async () => {
  const result = await exportPerson({ database: db.database, actor: cast.owner, personId, now });
  if (!result.ok) throw new Error(JSON.stringify(result));
  const exported = JSON.parse((await piecesOf(result.text)).join(''));
  expect(exported.person).toMatchObject({
    email: 'owner@acme.example',
    hasPassword: true,
    hasSecondFactor: false,
  });
  expect(exported).toMatchObject({
    memberships: [{ account: 'acme', role: 'owner' }],
    tokens: [{ name: 'Jo’s laptop' }],
    sessions: [{ userAgent: 'Browser of Jo' }],
    events: expect.arrayContaining([
      expect.objectContaining({ kind: 'requested', private: { address: '198.51.100.7', via: 'portal' } }),
    ]),
  });
  expect(JSON.stringify(exported)).not.toMatch(/passwordHash|totpSecret|tokenHash/);
  for (const actor of [cast.member, cast.otherOwner]) {
    expect(await exportPerson({ database: db.database, actor, personId, now })).toEqual({
      ok: false,
      code: 'not_found',
    });
  }
  expect(await exportPerson({ database: db.database, actor: cast.support, personId, now })).toMatchObject({
    code: 'not_allowed',
  });
});

test('what is told of many events comes in pieces, each event once and in order', async () => {
  await db.pool.query(
    `insert into events (kind, actor_kind, actor_id, content, hash, chain, seq)
     select 'signed_in', 'person', $1, json_build_object('number', n), '', '', 0 from generate_series(1, 5000) n`,
    [personId],
  );
  await db.pool.query(
    `insert into outbox (kind, audience, person_id, dedupe_key, content, created_at, send_after)
     select 'token_created', 'person', $1, 'many:' || n, '{}', now(), now() from generate_series(1, 2500) n`,
    [personId],
  );
  const result = await exportPerson({ database: db.database, actor: cast.owner, personId, now });
  if (!result.ok) throw new Error(result.code);
  const pieces = await piecesOf(result.text);
  const exported = JSON.parse(pieces.join(''));
  const numbers = exported.events.flatMap(
    ({ content }: { content: { number?: number } }) => content.number ?? [],
  );
  expect(numbers).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1));
  expect(
    exported.mail.filter(({ kind }: { kind: string }) => kind === 'token_created').length,
  ).toBeGreaterThan(2499);
  const lines = pieces.map((piece) => piece.split('\n').length);
  expect(Math.max(...lines)).toBeLessThan(1100);
});

test('only an admin erases, with a reason, and not themselves', async () => {
  expect(await erase(cast.owner)).toEqual({ ok: false, code: 'not_found' });
  expect(await erase(cast.support)).toMatchObject({ code: 'not_allowed' });
  expect(await erase(cast.admin, ' ')).toMatchObject({ code: 'reason_missing' });
  const own = cast.admin.viewer?.personId ?? '';
  expect(
    await erasePerson({ database: db.database, actor: cast.admin, personId: own, reason: 'x', now }),
  ).toEqual({
    ok: false,
    code: 'same_person',
  });
});

test('erased: nothing names them anywhere in the database, and every chain is whole', async () => {
  const before = await db.database.$count(events);
  expect(await erase()).toEqual({ ok: true, erased: true });
  expect(await erase()).toEqual({ ok: true, erased: false });
  const [row] = await db.database.select().from(people).where(eq(people.id, personId));
  expect(row).toMatchObject({ email: null, name: null, passwordHash: null, erasedAt: now });
  const open = await db.database.select().from(memberships).where(eq(memberships.personId, personId));
  expect(open.every((one) => one.endedAt !== null)).toBe(true);
  expect(await db.database.$count(outbox, eq(outbox.personId, personId))).toBe(0);
  expect(await db.database.$count(eventPrivate, eq(eventPrivate.personId, personId))).toBe(0);
  const added = await db.database
    .select({ kind: events.kind })
    .from(events)
    .orderBy(events.at)
    .offset(before);
  expect(added.map(({ kind }) => kind)).toEqual(['sponsor_left', 'membership_ended', 'person_erased']);
  const { rows } = await db.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  for (const { name } of rows) {
    const found = await db.pool.query(`select t::text as row from ${name} t where t::text ~ $1`, [
      'owner@acme|Jo’s laptop|Browser of Jo',
    ]);
    // Mail to others may name who asked, until its own time is over.
    if (name !== 'outbox') expect(found.rows, name).toEqual([]);
  }
  expect((await verifyAudit({ database: db.database, anchors: [] })).broken).toEqual([]);
});
