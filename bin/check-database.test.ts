import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { databaseUrl, runOnCluster } from '../db/testing-cluster.ts';
import { checkDatabase } from './check-database.ts';

const older = /has an older schema than this Postern needs: run "npm run postern -- migrate" first\.$/;
const login = `portal_${randomBytes(6).toString('hex')}`;

let copy: TestDatabase;
let portalUrl: string;

beforeAll(async () => {
  await runOnCluster(inject('testClusterUrl'), (client) =>
    client.query(`create role ${login} login password 'pw' in role postern_app`),
  );
});
afterAll(() => runOnCluster(inject('testClusterUrl'), (client) => client.query(`drop role ${login}`)));

beforeEach(async () => {
  copy = await createTestDatabase();
  const url = new URL(copy.url);
  url.username = login;
  url.password = 'pw';
  portalUrl = url.href;
  return () => copy.close();
});

test('a migrated database will do, for the owner and for a login of the portal', async () => {
  expect(await checkDatabase(copy.url, true)).toBeNull();
  expect(await checkDatabase(portalUrl, true)).toBeNull();
});

test('one that lacks the newest migration will not', async () => {
  await copy.pool.query(
    'delete from drizzle.__drizzle_migrations where created_at = (select max(created_at) from drizzle.__drizzle_migrations)',
  );
  expect(await checkDatabase(copy.url, true)).toMatch(older);
  expect(await checkDatabase(portalUrl, true)).toMatch(older);
  expect(await checkDatabase(copy.url, false)).toBeNull();
});

test('nor one that lacks an older migration', async () => {
  await copy.pool.query(
    'delete from drizzle.__drizzle_migrations where created_at = (select min(created_at) from drizzle.__drizzle_migrations)',
  );
  expect(await checkDatabase(portalUrl, true)).toMatch(older);
});

test('a login of a node hears which role it takes, and nothing of a schema', async () => {
  await runOnCluster(inject('testClusterUrl'), (client) =>
    client.query(`revoke postern_app from ${login}; grant postern_node to ${login}`),
  );
  try {
    expect(await checkDatabase(portalUrl, true)).toMatch(
      new RegExp(
        `^The login ${login} may not read the database at .*: this takes one in the role postern_app`,
      ),
    );
  } finally {
    await runOnCluster(inject('testClusterUrl'), (client) =>
      client.query(`revoke postern_node from ${login}; grant postern_app to ${login}`),
    );
  }
});

test('a newer one will do: it is migrated before the parts are renewed one after the other', async () => {
  await copy.pool.query(
    `insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 9764000000000)`,
  );
  expect(await checkDatabase(portalUrl, true)).toBeNull();
});

test('a schema from before a login of the portal could read what was migrated is an older one', async () => {
  await copy.pool.query('revoke all on schema drizzle from postern_app');
  expect(await checkDatabase(portalUrl, true)).toMatch(older);
});

test('one that can only be read, as a standby, is for commands that do not write', async () => {
  const { pathname } = new URL(copy.url);
  await copy.pool.query(`alter database "${pathname.slice(1)}" set default_transaction_read_only = on`);
  expect(await checkDatabase(portalUrl, true)).toMatch(
    /can only be read, as a standby can: this takes the primary\./,
  );
  expect(await checkDatabase(portalUrl, true, false)).toBeNull();
});

test('one by whose clock it is another hour will not, but for commands', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  try {
    expect(await checkDatabase(portalUrl, true)).toMatch(/^It is .* here: set the clock that is wrong\.$/);
    expect(await checkDatabase(portalUrl, true, false)).toBeNull();
  } finally {
    vi.useRealTimers();
  }
});

test('no tables at all is another sentence', async () => {
  expect(await checkDatabase(databaseUrl(copy.url, 'postgres'), true)).toMatch(
    /has no tables of Postern yet/,
  );
});
