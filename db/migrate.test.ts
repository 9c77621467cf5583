import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { migrate } from './migrate.ts';
import { databaseUrl, runOnCluster } from './testing-cluster.ts';

const name = `migrate_${randomBytes(6).toString('hex')}`;
const clusterUrl = inject('testClusterUrl');
const url = databaseUrl(clusterUrl, name);

beforeAll(() => runOnCluster(clusterUrl, (client) => client.query(`create database ${name}`)));
afterAll(() => runOnCluster(clusterUrl, (client) => client.query(`drop database ${name}`)));

const journal: { entries: { when: number; tag: string }[] } = JSON.parse(
  await readFile(new URL('migrations/meta/_journal.json', import.meta.url), 'utf8'),
);

function applied(): Promise<unknown[]> {
  return runOnCluster(url, async (client) => {
    const { rows } = await client.query('select created_at from drizzle.__drizzle_migrations order by id');
    return rows.map((row) => Number(row.created_at));
  });
}

test('four starters at once and one more later: every migration runs exactly once', async () => {
  await Promise.all([migrate(url), migrate(url), migrate(url), migrate(url)]);
  const once = await applied();
  await migrate(url);
  expect(await applied()).toEqual(once);
  expect(once).toEqual(journal.entries.map((entry) => entry.when));
});

test('the journal is in order of time: a migration older than the last applied one would never run', () => {
  const times = journal.entries.map((entry) => entry.when);
  expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
});
