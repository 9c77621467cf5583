import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluateEntry, findEntry, listEntries } from '../../db/queries/entries.ts';
import { listEntryEvents } from '../../db/queries/events.ts';
import { neverAskedEntries } from '../../db/queries/evidence.ts';
import { entries, entryStanding, outbox, plans } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { importEntries, type ListRow, type RowOutcome } from './import-entries.ts';
import { renewEntry } from './renew-entry.ts';
import { operatorActor } from './result.ts';
import { type Cast, currentRow, inForce, testNow as now, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  await db.database.update(plans).set({ mostEntries: 60 }).where(eq(plans.id, 'paid'));
});
afterAll(() => db.close());

const row = (line: number, network: string, server: string): ListRow => ({
  ...{ line, network, server, label: `Row ${line}`, purpose: null, site: null },
  ...{ contact: null, provider: null, rarelySends: false },
});
const list = (...rows: [network: string, server: string][]) =>
  rows.map(([network, server], index) => row(index + 1, network, server));

async function run(rows: ListRow[], dryRun = false): Promise<RowOutcome[]> {
  const result = await importEntries({ database: db.database, actor: operatorActor, rows, dryRun, now });
  if (!result.ok) throw new Error(result.code);
  return result.rows;
}
const said = (outcomes: RowOutcome[]) =>
  outcomes.map((one) => {
    if (one.outcome !== 'refused') return one.outcome;
    const { reason, failure } = one.refusal;
    return failure === null ? reason : `${failure.requirement} ${failure.reason}`;
  });

test('each row is in force at once, inherited, with control and responsibility unknown', async () => {
  const [taken] = await run(list(['45.91.1.0/30', 'acme-production']));
  if (taken?.outcome !== 'imported') throw new Error('not imported');
  const id = taken.entryId ?? '';
  expect(await currentRow(db.database, id)).toMatchObject({
    status: 'active',
    label: 'Row 1',
    inheritedAt: now,
    responsibilityAcceptedAt: null,
    attestedStatic: false,
  });
  const [standing] = await db.database.select().from(entryStanding).where(eq(entryStanding.entryId, id));
  expect(standing).toMatchObject({ state: 'in_force', scope: { sender_domains: ['acme.example'] } });
  const found = await findEntry(db.database, 'operator', id);
  if (found === undefined) throw new Error('not found');
  const { evaluations } = await evaluateEntry(db.database, found, now);
  expect(evaluations.filter(({ reason }) => reason === 'inherited')).toMatchObject([
    { requirement: 'control', verdict: 'unknown' },
    { requirement: 'responsibility', verdict: 'unknown' },
  ]);
  expect(await listEntryEvents(db.database, id, 'staff')).toMatchObject([
    { kind: 'imported', content: { network: '45.91.1.0/30', via: 'cli' } },
  ]);
  expect(await neverAskedEntries(db.database, 10), 'it is looked into like any other').toContain(id);
});

test('what cannot be taken is told row by row, and the rest is taken', async () => {
  await inForce(db.database, cast, '45.91.2.200', cast.otherOwner, 'globex-mail');
  const rows = list(
    ['45.91.2.1', 'acme-production'],
    ['10.0.0.1', 'acme-production'],
    ['45.91.2.3/24', 'acme-production'],
    ['45.91.2.4', 'initech-trial'],
    ['45.91.2.5', 'nobody-there'],
    ['45.91.2.16/29', 'acme-production'],
    ['45.91.2.17', 'acme-production'],
    ['45.91.2.32', 'acme-production'],
    ['45.91.2.32', 'globex-mail'],
    ['45.91.2.200', 'acme-production'],
    ['45.92.0.0/16', 'acme-production'],
    ['45.91.2.1', 'acme-production'],
    ['100.64.0.9', 'globex-mail'],
  );
  const expected = [
    'imported',
    'public_address special_purpose',
    'not_canonical',
    'paid_subscription plan_not_entitled',
    'unknown_server',
    'imported',
    'covered',
    'listed_for_another',
    'listed_for_another',
    'overlaps_live_entry',
    'valid_network too_wide',
    'repeated',
    'public_address special_purpose',
  ];
  const before = await db.database.$count(entries);
  expect(said(await run(rows, true)), 'the dry run says the same').toEqual(expected);
  expect(await db.database.$count(entries), 'and changes nothing').toBe(before);
  expect(said(await run(rows))).toEqual(expected);
  expect(await db.database.$count(entries)).toBe(before + 2);
});

test('a row within one that is refused is looked at by itself', async () => {
  await inForce(db.database, cast, '45.91.12.9', cast.otherOwner, 'globex-mail');
  const rows = list(
    ['45.91.12.1', 'acme-production'],
    ['45.91.12.0/24', 'acme-production'],
    ['45.91.12.8/30', 'acme-production'],
    ['45.91.12.8', 'acme-production'],
    ['45.91.12.9', 'acme-production'],
    ['45.91.12.1', 'acme-production'],
    ['45.91.13.0/24', 'acme-production'],
    ['45.91.13.1', 'acme-production'],
  );
  const expected = [
    'imported',
    'overlaps_live_entry',
    'overlaps_live_entry',
    'imported',
    'overlaps_live_entry',
    'repeated',
    'valid_network too_wide',
    'imported',
  ];
  expect(said(await run(rows, true))).toEqual(expected);
  expect(said(await run(rows))).toEqual(expected);
});

test('run again, everything that is there stays as it is', async () => {
  const rows = list(['45.91.3.1', 'acme-production'], ['45.91.3.2', 'acme-production']);
  await run(rows.slice(0, 1));
  const [first] = await db.database.select().from(entries).where(eq(entries.network, '45.91.3.1/32'));
  expect(said(await run(rows))).toEqual(['already_there', 'imported']);
  expect(said(await run(rows))).toEqual(['already_there', 'already_there']);
  expect(await currentRow(db.database, first?.id ?? '')).toEqual(first);
});

test('two imports at once take each row once', async () => {
  const rows = list(
    ...Array.from({ length: 8 }, (_, n) => [`45.91.4.${n}`, 'acme-production'] as [string, string]),
  );
  const [one, other] = await Promise.all([run(rows), run(rows)]);
  const imported = [...one, ...other].filter(({ outcome }) => outcome === 'imported');
  expect(imported).toHaveLength(8);
});

test('the dates are spread over 90 days, none within the first 30, and owners are asked in one mail', async () => {
  await db.database.delete(outbox);
  const rows = list(
    ...Array.from({ length: 12 }, (_, n) => [`45.91.5.${n}`, 'acme-production'] as [string, string]),
  );
  const taken = await run([...rows, row(13, '45.91.5.100', 'globex-mail')]);
  const days = taken.flatMap((one) =>
    one.outcome === 'imported' ? [(one.reviewBy.getTime() - now.getTime()) / 86_400_000] : [],
  );
  expect(days).toHaveLength(13);
  expect(Math.min(...days)).toBeGreaterThanOrEqual(30);
  expect(Math.max(...days)).toBe(90);
  expect(new Set(days).size).toBe(13);
  const mails = await db.database.select().from(outbox).where(eq(outbox.kind, 'renew'));
  expect(new Set(mails.map(({ bundle }) => bundle))).toEqual(new Set(['renew']));
  expect(mails).toHaveLength(13);
  expect(new Set(mails.map(({ sendAfter }) => sendAfter.getTime()))).toEqual(new Set([now.getTime()]));
});

test('lists show the rows in the order of the file', async () => {
  const networks = ['45.91.16.9', '45.91.16.2', '45.91.16.7', '45.91.16.1', '45.91.16.5', '45.91.16.3'];
  await run(list(...networks.map((network): [string, string] => [network, 'acme-production'])));
  const { rows } = await listEntries(db.database, 'operator', { within: '45.91.16.0/24' }, { limit: 10 });
  expect(rows.map(({ entry }) => entry.network.replace('/32', ''))).toEqual(networks);
});

test('however long the list takes, no row is mailed before the last one is there, also of a list that was cut off', async () => {
  await db.database.delete(outbox);
  const rows = [...list(['45.91.15.1', 'acme-production'], ['45.91.15.2', 'globex-mail'])];
  const due = async () => {
    const mails = await db.database.select().from(outbox).where(eq(outbox.kind, 'renew'));
    return mails.map(({ sendAfter }) => (sendAfter.getTime() - now.getTime()) / 3_600_000);
  };
  await db.pool.query(`create function cut_off() returns trigger language plpgsql as $$ begin
      if new.network = '45.91.15.2' then raise exception 'cut off'; end if; return new; end $$`);
  await db.pool.query(
    'create trigger cut_off before insert on entries for each row execute function cut_off()',
  );
  await expect(run(rows)).rejects.toThrow();
  expect(await due()).toEqual([24]);
  await db.pool.query('drop trigger cut_off on entries');
  await run(rows);
  expect(await due()).toEqual([0, 0]);
});

test('the plan’s number of entries holds, in the order of the file', async () => {
  const there = await db.pool.query(
    `select count(*)::int as n from entries e join servers s on s.id = e.server_id
     where s.slug = 'acme-production' and e.status = 'active'`,
  );
  await db.database
    .update(plans)
    .set({ mostEntries: there.rows[0].n + 2 })
    .where(eq(plans.id, 'paid'));
  const rows = list(
    ...Array.from({ length: 4 }, (_, n) => [`45.91.6.${n}`, 'acme-production'] as [string, string]),
  );
  const full = 'paid_subscription too_many_entries';
  expect(said(await run(rows, true))).toEqual(['imported', 'imported', full, full]);
  expect(said(await run(rows))).toEqual(['imported', 'imported', full, full]);
  await db.database.update(plans).set({ mostEntries: 60 }).where(eq(plans.id, 'paid'));
});

test('an owner attests it, and it is like any other', async () => {
  const [taken] = await run(list(['45.91.7.1', 'acme-production']));
  if (taken?.outcome !== 'imported') throw new Error('not imported');
  const id = taken.entryId ?? '';
  const renewed = await renewEntry({ database: db.database, actor: cast.owner, id, now: addDays(now, 20) });
  expect(renewed).toMatchObject({
    ok: true,
    entry: { attestedStatic: true, attestedDedicated: true, responsibilityAcceptedAt: addDays(now, 20) },
  });
});

test('nobody of the portal can', async () => {
  const rows = list(['45.91.8.1', 'acme-production']);
  for (const actor of [cast.owner, cast.admin, cast.nobody]) {
    expect(await importEntries({ database: db.database, actor, rows, dryRun: false, now })).toMatchObject({
      ok: false,
      code: 'not_found',
    });
  }
});
