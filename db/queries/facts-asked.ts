import { type SQL, sql } from 'drizzle-orm';

/** What facts are asked about: an entry or a request without a row, with its network as text. */
export type Asked = {
  entryId: string | null;
  accountId: string;
  serverId: string;
  text: string;
  proofGeneration: number;
  createdAt: Date | null;
};

/**
 * Those asked about as rows `s`, with their position: however many they are, they are a handful of values, and each query
 * is one.
 */
export function askedRows(asked: readonly Asked[]): SQL {
  const column = (pick: (one: Asked) => unknown) => sql.param(asked.map(pick));
  return sql`(select entry_id, account_id, server_id, network, generation, created_at, position - 1 as position
    from unnest(${column((one) => one.entryId)}::uuid[], ${column((one) => one.accountId)}::uuid[],
      ${column((one) => one.serverId)}::uuid[], ${column((one) => one.text)}::inet[],
      ${column((one) => one.proofGeneration)}::integer[],
      ${column((one) => one.createdAt?.toISOString() ?? null)}::timestamptz[])
    with ordinality as t (entry_id, account_id, server_id, network, generation, created_at, position)) s`;
}

/** The rows of each position. */
export function byPosition<Row extends { position: number }, T>(
  rows: readonly Row[],
  pick: (row: Row) => T,
): Map<number, T[]> {
  const found = new Map<number, T[]>();
  for (const row of rows) {
    const known = found.get(row.position);
    if (known === undefined) found.set(row.position, [pick(row)]);
    else known.push(pick(row));
  }
  return found;
}
