import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertNodeReports } from './queries/node.ts';
import * as schema from './schema.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const values: unknown[] = Object.values(schema);
const tables = values.filter((value): value is PgTable => is(value, PgTable));

test.each(tables.map((table) => [getTableConfig(table).name, table] as const))(
  'the table %s has the columns that queries are typed with',
  async (name, table) => {
    const { rows } = await db.pool.query<{ column_name: string }>(
      `select column_name from information_schema.columns where table_schema = 'public' and table_name = $1`,
      [name],
    );
    expect(
      getTableConfig(table)
        .columns.map((column) => column.name)
        .sort(),
    ).toEqual(rows.map((row) => row.column_name).sort());
  },
);

test('each role may do what it is for, and nothing that rewrites history', async () => {
  const may = async (role: string, relation: string, right: string) => {
    const { rows } = await db.pool.query<{ may: boolean }>('select has_table_privilege($1, $2, $3) as may', [
      role,
      relation,
      right,
    ]);
    return rows[0]?.may;
  };
  expect(await may('postern_node', 'node_entries', 'select')).toBe(true);
  expect(await may('postern_node', 'node_reports', 'insert')).toBe(true);
  for (const table of ['entries', 'people', 'api_tokens', 'sessions', 'events', 'smtp_credentials']) {
    expect(await may('postern_node', table, 'select'), table).toBe(false);
    expect(await may('postern_smtp', table, 'select'), table).toBe(false);
  }
  expect(await may('postern_node', 'node_reports', 'select')).toBe(false);
  expect(await may('postern_smtp', 'smtp_whitelist', 'select')).toBe(true);
  expect(await may('postern_smtp', 'node_entries', 'select')).toBe(false);
  expect(await may('postern_app', 'events', 'update')).toBe(false);
  expect(await may('postern_app', 'events', 'delete')).toBe(false);
  expect(await may('postern_app', 'entries', 'delete')).toBe(false);
  expect(await may('postern_app', 'entries', 'update')).toBe(true);
});

test.each([
  ['postern_node', ['node_entries', 'node_servers', 'node_credentials', 'node_clock']],
  ['postern_smtp', ['smtp_whitelist']],
] as const)('%s reads its views, all of each', async (role, views) => {
  const client = await db.pool.connect();
  try {
    await client.query(`set role ${role}`);
    for (const view of views) await client.query(`select * from ${view}`);
  } finally {
    await client.query('reset role');
    client.release();
  }
});

test('a node that has not heard that a report was taken writes it again, and may do no more than that', async () => {
  const client = await db.pool.connect();
  try {
    await client.query('set role postern_node');
    const report = { id: '0198c1d2-0000-7000-8000-000000000001', kind: 'counters', payload: { first: true } };
    await insertNodeReports(client, 'node-1', [report]);
    await insertNodeReports(client, 'node-1', [{ ...report, payload: { first: false } }]);
    await expect(client.query('select from node_reports')).rejects.toThrow('permission denied');
  } finally {
    await client.query('reset role');
    client.release();
  }
  const { rows } = await db.pool.query('select payload from node_reports');
  expect(rows).toEqual([{ payload: { first: true } }]);
});
