import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { events, plans, throttles } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { appealRemoval } from './appeal-removal.ts';
import { editEntry } from './edit-entry.ts';
import { removeEntry } from './remove-entry.ts';
import { renewEntry } from './renew-entry.ts';
import { requestEntry } from './request-entry.ts';
import { requestOnBehalf } from './request-on-behalf.ts';
import { restoreEntry } from './restore-entry.ts';
import type { Actor } from './result.ts';
import { suspendEntry } from './suspend-entry.ts';
import { type Cast, currentRow, inForce, testNow as now, seedCast } from './testing.ts';
import { throttleRules } from './throttle.ts';
import { withdrawEntry } from './withdraw-entry.ts';

// What is withdrawn no longer counts against the plan, and each request costs lookups, mail and a revision of every node.

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  await db.database.update(plans).set({ mostEntries: 5 });
});
afterAll(() => db.close());

const attestations = { static: true, dedicated: true, responsible: true };
const wanted = { server: 'acme-production', network: '45.110.1.1', purpose: 'Printers' };
const request = (network = wanted.network, at = now) =>
  requestEntry({
    ...{ database: db.database, actor: cast.owner, now: at },
    request: { ...wanted, network, attestations },
  });
const withdraw = (id: string, at = now) =>
  withdrawEntry({ database: db.database, actor: cast.owner, id, now: at });

async function round(at = now) {
  const result = await request(undefined, at);
  if (result.ok) expect(await withdraw(result.entry.id, at)).toMatchObject({ ok: true });
  return result;
}

test('an account asks and withdraws as often as its plan and sixty more allow in a day', async () => {
  const { attempts, windowMs, blockMs } = throttleRules.account_requests;
  expect(windowMs).toBe(86_400_000);
  for (let count = 0; count < attempts + 2 * 5; count++) expect(await round()).toMatchObject({ ok: true });
  const until = new Date(now.getTime() + blockMs);
  expect(await round()).toEqual({ ok: false, code: 'throttled', until });
  // What is refused anyhow says why, and support goes on asking for the account.
  expect(await request('10.0.0.1')).toMatchObject({ code: 'requirement_failed' });
  const onBehalf = { database: db.database, actor: cast.support, request: wanted, now };
  const asked = await requestOnBehalf(onBehalf);
  expect(asked).toMatchObject({ ok: true });
  if (asked.ok) await withdraw(asked.entry.id);
  expect(await round(until)).toMatchObject({ ok: true });
});

test('what is refused is an event three hundred times in a day, then too much; what is not is still taken', async () => {
  const refusals = () => db.database.$count(events, eq(events.kind, 'request_refused'));
  const before = await refusals();
  const { attempts, blockMs } = throttleRules.refused_requests;
  const later = addDays(now, 5);
  await db.database.delete(throttles);
  for (let count = 0; count < attempts; count++) {
    expect(await request('10.0.0.1', later)).toMatchObject({ code: 'requirement_failed' });
  }
  const until = new Date(later.getTime() + blockMs);
  for (const network of ['10.0.0.1', 'no network']) {
    expect(await request(network, later)).toEqual({ ok: false, code: 'throttled', until });
  }
  expect(await refusals()).toBe(before + attempts);
  expect(await round(later)).toMatchObject({ ok: true });
  expect(await request('10.0.0.1', until)).toMatchObject({ code: 'requirement_failed' });
});

test('owners change an entry sixty times in a day, and cannot outrun whoever decides about it', async () => {
  await db.database.delete(throttles);
  const { id } = await inForce(db.database, cast, '45.110.3.1');
  const of = (actor: Actor, at = now) => ({ database: db.database, actor, now: at, id });
  const label = (text: string, at = now) => editEntry({ ...of(cast.owner, at), edits: { label: text } });
  const { attempts, blockMs } = throttleRules.entry_edits;
  for (let count = 0; count < attempts - 2; count++) {
    expect(await label(`Printer ${count}`)).toMatchObject({ ok: true });
  }
  const owner = { ...of(cast.owner), side: 'owner' as const, reason: '' };
  expect(await renewEntry(owner)).toMatchObject({ ok: true });
  expect(await suspendEntry(owner)).toMatchObject({ ok: true });
  const { revision } = await currentRow(db.database, id);
  const tooOften = { code: 'throttled', until: new Date(now.getTime() + blockMs) };
  expect(await label('Once more')).toMatchObject(tooOften);
  expect(await renewEntry(owner)).toMatchObject(tooOften);
  const staff = { ...of(cast.support), side: 'staff' as const, reason: 'Spam.', revision };
  expect(await suspendEntry(staff)).toMatchObject({ ok: true });
  // A pause ends, and what is the same is no change.
  expect(await restoreEntry(owner)).toMatchObject({ ok: true });
  expect(await label(`Printer ${attempts - 3}`)).toMatchObject({ ok: true });
  expect(await suspendEntry(owner)).toMatchObject(tooOften);
  expect(await label('The day after', tooOften.until)).toMatchObject({ ok: true });
});

test('a member who changes an entry without end keeps no owner from renewing or pausing it', async () => {
  const { id } = await inForce(db.database, cast, '45.110.3.2');
  const of = (actor: Actor) => ({ database: db.database, actor, now, id });
  const label = (text: string) => editEntry({ ...of(cast.member), edits: { label: text } });
  for (let count = 0; count < throttleRules.entry_edits.attempts; count++) {
    expect(await label(`Printer ${count}`)).toMatchObject({ ok: true });
  }
  expect(await label('Once more')).toMatchObject({ code: 'throttled' });
  expect(await renewEntry(of(cast.owner))).toMatchObject({ ok: true });
  expect(await suspendEntry({ ...of(cast.owner), side: 'owner', reason: '' })).toMatchObject({ ok: true });
});

test('an appeal is made and withdrawn five times in a day', async () => {
  const { id } = await inForce(db.database, cast, '45.110.2.1');
  const context = { database: db.database, now, id };
  await removeEntry({ ...context, actor: cast.support, side: 'staff', abuse: true, reason: 'Spam.' });
  expect((await currentRow(db.database, id)).endCause).toBe('abuse');
  const appeal = () => appealRemoval({ ...context, actor: cast.owner, statement: 'It was a virus.' });
  for (let count = 0; count < throttleRules.appeal.attempts; count++) {
    const made = await appeal();
    expect(made).toMatchObject({ ok: true });
    if (made.ok) await withdraw(made.entry.id);
  }
  expect(await appeal()).toMatchObject({ ok: false, code: 'throttled' });
});
