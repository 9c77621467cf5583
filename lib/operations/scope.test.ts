import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listEntryEvents } from '../../db/queries/events.ts';
import { entryStanding, outbox, senderDomains, servers } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { type EntryEdits, editEntry } from './edit-entry.ts';
import { grantScope } from './grant-scope.ts';
import { refuseScope } from './refuse-scope.ts';
import { removeEntry } from './remove-entry.ts';
import { type Cast, currentRow, inForce, testNow as now, reviewable, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  const [server] = await db.database.select().from(servers).where(eq(servers.slug, 'acme-production'));
  await db.database
    .insert(senderDomains)
    .values({ serverId: server?.id ?? '', domain: 'acme.test', source: 'feed' });
});
afterAll(() => db.close());

const edit = (id: string, edits: EntryEdits, actor = cast.owner, more: object = {}) =>
  editEntry({ database: db.database, actor, id, now, edits, ...more });
const decide = (id: string, more: object = {}) => ({
  database: db.database,
  actor: cast.support,
  id,
  now,
  reason: 'Fits the device.',
  ...more,
});
const scopeOf = async (id: string) =>
  (await db.database.select().from(entryStanding).where(eq(entryStanding.entryId, id)))[0]?.scope;
const kinds = async (id: string) => (await listEntryEvents(db.database, id)).map((event) => event.kind);

const told = async (entryId: string) =>
  (
    await db.database
      .select()
      .from(outbox)
      .where(and(eq(outbox.entryId, entryId), eq(outbox.kind, 'scope_decided')))
  ).map(({ content }) => content.values);

test('narrower holds at once, wider waits until support grants it', async () => {
  const { id } = await inForce(db.database, cast, '45.100.1.1');
  const edited = await edit(id, {
    scope: { senderDomains: ['acme.test'], tls: 'required', messageBytes: 50_000_000 },
  });
  expect(edited).toMatchObject({ ok: true, toReview: true });
  expect(await scopeOf(id)).toMatchObject({
    sender_domains: ['acme.test'],
    tls: 'required',
    message_bytes: 26_214_400,
  });
  expect(await currentRow(db.database, id)).toMatchObject({
    widerScope: { messageBytes: 50_000_000 },
    widerScopeAt: now,
  });
  expect(await grantScope(decide(id, { reason: ' ' }))).toMatchObject({ code: 'reason_missing' });
  expect(await grantScope(decide(id))).toMatchObject({ ok: true, entry: { widerScope: null } });
  expect(await scopeOf(id)).toMatchObject({ tls: 'required', message_bytes: 50_000_000 });
  expect((await kinds(id)).slice(-3)).toEqual(['edited', 'wider_scope_requested', 'scope_granted']);
  expect(await grantScope(decide(id))).toMatchObject({ code: 'invalid', reason: 'nothing_asked' });
  expect(await told(id)).toEqual([{ granted: true, reason: 'Fits the device.' }]);
});

test('refused with a reason, everything stays as it is', async () => {
  const { id } = await inForce(db.database, cast, '45.100.1.2');
  await edit(id, { scope: { tls: 'hidden' } });
  expect(await refuseScope(decide(id))).toMatchObject({
    ok: true,
    entry: { widerScope: null, tls: 'offered' },
  });
  expect((await listEntryEvents(db.database, id)).at(-1)).toMatchObject({
    kind: 'scope_refused',
    content: { scope: { tls: 'hidden' }, reason: 'Fits the device.' },
  });
  expect(await told(id)).toEqual([{ granted: false, reason: 'Fits the device.' }]);
});

test('a wish is taken back by asking for what holds already; what changes nothing leaves no trace', async () => {
  const { id, revision } = await inForce(db.database, cast, '45.100.1.3');
  expect(await edit(id, { label: null, scope: { tls: 'offered' } })).toMatchObject({ entry: { revision } });
  await edit(id, { scope: { tls: 'hidden', recipientsPerMessage: 200 } });
  await edit(id, { scope: { recipientsPerMessage: 100 } });
  expect(await currentRow(db.database, id)).toMatchObject({ widerScope: { tls: 'hidden' } });
  await edit(id, { scope: { tls: 'offered' } });
  expect(await currentRow(db.database, id)).toMatchObject({ widerScope: null, widerScopeAt: null });
  expect((await kinds(id)).slice(-3)).toEqual([
    'wider_scope_requested',
    'wider_scope_withdrawn',
    'wider_scope_withdrawn',
  ]);
});

test('what is not decided yet changes as a whole, and whoever approves sees that it did', async () => {
  const { id, revision } = await reviewable(db.database, cast.owner, '45.100.1.4');
  const edited = await edit(
    id,
    { scope: { tls: 'hidden', recipientDomains: ['acme.example'] } },
    cast.member,
  );
  expect(edited).toMatchObject({ ok: true, toReview: false, entry: { tls: 'hidden', widerScope: null } });
  expect((await currentRow(db.database, id)).revision).toBeGreaterThan(revision);
});

describe('sandbox', () => {
  test('only an owner turns it on and off; it ends by itself and pressing twice does not prolong it', async () => {
    const { id } = await inForce(db.database, cast, '45.100.2.1');
    expect(await edit(id, { scope: { mode: 'sandbox' } }, cast.member)).toMatchObject({
      code: 'not_allowed',
      ability: 'use_sandbox',
    });
    expect(await edit(id, { scope: { mode: 'enforce' } }, cast.member)).toMatchObject({ ok: true });
    await edit(id, { scope: { mode: 'sandbox' } });
    const until = new Date(now.getTime() + 86_400_000);
    expect(await currentRow(db.database, id)).toMatchObject({ mode: 'sandbox', sandboxUntil: until });
    const later = new Date(now.getTime() + 3_600_000);
    await edit(id, { scope: { mode: 'sandbox' } }, cast.owner, { now: later });
    expect(await currentRow(db.database, id)).toMatchObject({ sandboxUntil: until });
    expect(await edit(id, { scope: { mode: 'enforce' } }, cast.member)).toMatchObject({
      code: 'not_allowed',
    });
    await edit(id, { scope: { mode: 'enforce' } });
    expect(await currentRow(db.database, id)).toMatchObject({ mode: 'enforce', sandboxUntil: null });
  });
});

describe('refused', () => {
  test('a domain that ended meanwhile is not granted', async () => {
    const { id } = await inForce(db.database, cast, '45.100.3.1');
    await edit(id, { scope: { senderDomains: ['acme.example'] } });
    await edit(id, { scope: { senderDomains: ['acme.example', 'acme.test'] } });
    await db.database
      .update(senderDomains)
      .set({ endedAt: now })
      .where(eq(senderDomains.domain, 'acme.test'));
    expect(await grantScope(decide(id))).toMatchObject({
      code: 'invalid',
      field: 'sender_domains',
      reason: 'not_verified',
    });
  });

  test('what was read before the wish changed is not granted', async () => {
    const { id } = await inForce(db.database, cast, '45.100.3.2');
    await edit(id, { scope: { messageBytes: 50_000_000 } });
    const { revision } = await currentRow(db.database, id);
    await edit(id, { scope: { messageBytes: 100_000_000 } });
    const late = { label: 'New' };
    expect(await edit(id, late, cast.owner, { revision })).toMatchObject({ code: 'changed_meanwhile' });
    expect((await currentRow(db.database, id)).label).toBeNull();
    expect(await grantScope(decide(id, { revision }))).toMatchObject({ code: 'changed_meanwhile' });
    expect(await refuseScope(decide(id, { revision }))).toMatchObject({ code: 'changed_meanwhile' });
  });

  test('nothing of what has ended is edited', async () => {
    const { id } = await inForce(db.database, cast, '45.100.3.4');
    await removeEntry({ database: db.database, actor: cast.owner, id, now, side: 'owner', reason: '' });
    const ended = await currentRow(db.database, id);
    const edits = { label: 'New', scope: { messageBytes: 1_000_000 } };
    expect(await edit(id, edits)).toMatchObject({ code: 'state_forbids', state: 'removed' });
    expect(await currentRow(db.database, id)).toEqual(ended);
  });

  test('by whom it is not for, and once it has ended', async () => {
    const { id } = await inForce(db.database, cast, '45.100.3.3');
    await edit(id, { scope: { messageBytes: 50_000_000 } });
    for (const [actor, code] of [
      [cast.owner, 'not_allowed'],
      [cast.otherOwner, 'not_found'],
      [cast.nobody, 'not_found'],
    ] as const) {
      expect(await grantScope(decide(id, { actor }))).toMatchObject({ ok: false, code });
      expect(await refuseScope(decide(id, { actor }))).toMatchObject({ ok: false, code });
    }
    const viewer = { ...cast.support.viewer, memberships: cast.owner.viewer?.memberships ?? [] };
    const involved = { ...cast.support, viewer: viewer as NonNullable<typeof cast.support.viewer> };
    expect(await grantScope(decide(id, { actor: involved }))).toMatchObject({ code: 'own_account' });
    await removeEntry({ database: db.database, actor: cast.owner, id, now, side: 'owner', reason: '' });
    expect(await grantScope(decide(id))).toMatchObject({ code: 'state_forbids' });
  });
});
