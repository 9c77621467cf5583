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

function applied(databaseOfIt = url): Promise<unknown[]> {
  return runOnCluster(databaseOfIt, async (client) => {
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

test('what was written side by side and came later is run all the same', async () => {
  const late = new Set(['0060_restored', '0061_node_rates', '0066_views_for_roles', '0071_node_brakes']);
  const merged = `merged_${randomBytes(6).toString('hex')}`;
  await runOnCluster(clusterUrl, (client) => client.query(`create database ${merged}`));
  try {
    const had = journal.entries.filter(({ tag }) => tag <= '0090_idle_expiry' && !late.has(tag));
    await runOnCluster(databaseUrl(clusterUrl, merged), async (client) => {
      await client.query(
        'create schema drizzle; create table drizzle.__drizzle_migrations (id serial, hash text, created_at bigint)',
      );
      for (const { tag, when } of had) {
        await client.query(await readFile(new URL(`migrations/${tag}.sql`, import.meta.url), 'utf8'));
        await client.query(`insert into drizzle.__drizzle_migrations (hash, created_at) values ('', $1)`, [
          when,
        ]);
      }
    });
    await migrate(databaseUrl(clusterUrl, merged));
    expect(await applied(databaseUrl(clusterUrl, merged))).toEqual([
      ...had.map(({ when }) => when),
      ...journal.entries.filter((entry) => !had.includes(entry)).map(({ when }) => when),
    ]);
  } finally {
    await runOnCluster(clusterUrl, (client) => client.query(`drop database ${merged}`));
  }
});

test('the journal is in order of time, as its migrations are run', () => {
  const times = journal.entries.map((entry) => entry.when);
  expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
});
