import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodes } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { inForce, seedCast } from '../../lib/operations/testing.ts';
import { postern } from '../testing/postern.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

test('restore held names the network and the account, so that somebody can decide', async () => {
  const { id } = await inForce(db.database, await seedCast(db.database), '45.140.1.2');
  expect((await postern(db.url, 'restore', 'held')).stdout).toBe('No node holds anything back.');
  const held = { heldBack: [id], heldBackCount: 1, lastSeenAt: new Date() };
  await db.database.insert(nodes).values([
    { name: 'fra-1', ...held },
    { name: 'fra-2', ...held },
  ]);
  const [, row] = (await postern(db.url, 'restore', 'held')).stdout.split('\n');
  expect(row?.split(/ {2,}/)).toEqual(['45.140.1.2', 'in_force', 'acme', 'acme-production', id]);
  const { stdout } = await postern(db.url, 'restore', 'held', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    count: 1,
    entries: [id],
    held: [{ id, network: '45.140.1.2' }],
  });
});
