import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeReports, proofs } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import {
  type Cast,
  currentRow,
  testNow as now,
  requested,
  seedCast,
  testSecrets,
} from '../operations/testing.ts';
import { takeNodeReports } from './take-node-reports.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

async function leave(kind: string, payload: unknown, secondsAgo: number): Promise<string> {
  const id = randomUUID();
  const createdAt = new Date(now.getTime() - secondsAgo * 1000);
  await db.database.insert(nodeReports).values({ id, node: 'node-1', kind, payload, createdAt });
  return id;
}
async function take(): Promise<{ taken: number; failed: string[] }> {
  const failed: string[] = [];
  const taken = await takeNodeReports(
    db.database,
    () => now,
    testSecrets,
    (_error, reportId) => failed.push(reportId),
  );
  return { taken, failed };
}
/** The report of a proof, and behind it the one that takes it back. */
async function leaveProofAndWithdrawal(address: string) {
  const entry = await requested(db.database, cast.owner, address);
  const seen = await leave(
    'proof_seen',
    {
      entry_id: entry.id,
      address,
      method: 'sending',
      proof_generation: entry.proofGeneration,
      at: now.toISOString(),
    },
    20,
  );
  const withdrawal = { entry_id: entry.id, report_id: seen, cause: 'auto_submitted' };
  await leave('proof_withdrawn', withdrawal, 10);
  return { entry, seen };
}
const proofOf = async (id: string) =>
  (await db.database.select().from(proofs).where(eq(proofs.id, id))).map(
    ({ withdrawnCause }) => withdrawnCause,
  );

test('a proof that could not be taken for a moment is taken back all the same', async () => {
  const { entry, seen } = await leaveProofAndWithdrawal('45.130.1.1');
  await db.pool.query(`create function no_proofs() returns trigger language plpgsql as
    $$ begin raise exception 'away for a moment'; end $$`);
  await db.pool.query(
    'create trigger no_proofs before insert on proofs for each row execute function no_proofs()',
  );
  expect(await take()).toEqual({ taken: 0, failed: [seen] });
  await db.pool.query('drop trigger no_proofs on proofs');
  expect(await take()).toEqual({ taken: 2, failed: [] });
  expect(await proofOf(seen)).toEqual(['auto_submitted']);
  expect((await currentRow(db.database, entry.id)).provenAt).toBeNull();
  expect(await take()).toEqual({ taken: 0, failed: [] });
});

test('a withdrawal that is read first waits for its proof', async () => {
  const { seen } = await leaveProofAndWithdrawal('45.130.1.2');
  await db.database
    .update(nodeReports)
    .set({ createdAt: new Date(now.getTime() - 60_000) })
    .where(eq(nodeReports.kind, 'proof_withdrawn'));
  expect(await take()).toEqual({ taken: 1, failed: [] });
  expect(await take()).toEqual({ taken: 1, failed: [] });
  expect(await proofOf(seen)).toEqual(['auto_submitted']);
});

test('a withdrawal of a proof that nobody reported, or that cannot be read, waits for nothing', async () => {
  const { entry } = await leaveProofAndWithdrawal('45.130.1.3');
  await leave('proof_withdrawn', { entry_id: entry.id, report_id: randomUUID(), cause: 'list' }, 5);
  await leave('proof_withdrawn', { report_id: 'x' }, 5);
  expect(await take()).toEqual({ taken: 4, failed: [] });
});

test('reports that cannot be taken keep nobody from taking those behind them, however many they are', async () => {
  await db.pool.query(`create function no_sightings() returns trigger language plpgsql as
    $$ begin raise exception 'a bug'; end $$`);
  await db.pool.query(
    'create trigger no_sightings before insert on sightings for each row execute function no_sightings()',
  );
  // Of one moment, as one statement of a node leaves them.
  await db.pool.query(
    `insert into node_reports (id, node, kind, payload, created_at)
     select gen_random_uuid(), 'node-1', 'sighting',
       jsonb_build_object('server_id', s.id, 'address', '45.130.2.1', 'day', '2026-11-20', 'count', 1), $1
     from servers s, generate_series(1, 1001) where s.slug = 'acme-production'`,
    [new Date(now.getTime() - 60_000)],
  );
  const { seen } = await leaveProofAndWithdrawal('45.130.1.4');
  const { taken, failed } = await take();
  expect([taken, failed.length, new Set(failed).size]).toEqual([2, 1001, 1001]);
  expect(await proofOf(seen)).toEqual(['auto_submitted']);
  await db.pool.query('drop trigger no_sightings on sightings');
  expect(await take()).toEqual({ taken: 1001, failed: [] });
});
