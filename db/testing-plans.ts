import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { Database } from './client.ts';
import * as schema from './schema.ts';

// For tests of what a query costs: how many there are, and what each of them reads. Never how long it takes.

export type AskedQuery = { text: string; params: unknown[] };

/** The queries that a task sends, in their order. */
export async function queriesOf(
  pool: pg.Pool,
  task: (database: Database) => Promise<unknown>,
): Promise<AskedQuery[]> {
  const asked: AskedQuery[] = [];
  const logger = { logQuery: (text: string, params: unknown[]) => asked.push({ text, params }) };
  await task(drizzle({ client: pool, schema, logger }));
  return asked;
}

type PlanNode = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
};

/** The nodes of a query's plan as it was really carried out; what it changed is taken back. */
export async function planOf(pool: pg.Pool, { text, params }: AskedQuery): Promise<PlanNode[]> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query(`explain (analyze, format json) ${text}`, params);
    return nodesOf(rows[0]['QUERY PLAN'][0].Plan);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** How many rows of a table a plan has looked at, also those that it then passed over. */
export function rowsRead(plan: readonly PlanNode[], table: string): number {
  return plan
    .filter((node) => node['Relation Name'] === table && node['Node Type'] !== 'ModifyTable')
    .reduce(
      (sum, node) =>
        sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      0,
    );
}
