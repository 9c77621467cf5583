import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { accounts } from '../../db/schema.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';
import { staffPerson } from './staff-person.ts';

const BATCH = 1000;

/** One event of an account as whoever holds the export can verify it: what is hashed, and its hash. */
export type ExportedEvent = {
  chain: string;
  seq: number;
  id: string;
  /** Microseconds since 1970, in text: what the hash is made over. */
  at_microseconds: string;
  at: string;
  kind: string;
  account_id: string | null;
  entry_id: string | null;
  server_id: string | null;
  actor_kind: string;
  actor_id: string | null;
  content: string;
  commitment: string | null;
  hash: string;
};

/**
 * All events of an account, oldest first, line by line. Made for those who must show what happened: each line carries
 * what its hash is made over, so the chain can be followed without our database. That it was taken is an event, and the
 * last line.
 */
export async function exportAudit(operation: {
  database: Database;
  actor: Actor;
  slug: string;
}): Promise<Result<{ lines: AsyncGenerator<ExportedEvent, void, undefined> }>> {
  const { database, actor, slug } = operation;
  const person = staffPerson(actor, 'view_accounts');
  if (!person.ok) return person;
  const [account] = await database.select({ id: accounts.id }).from(accounts).where(eq(accounts.slug, slug));
  if (account === undefined) return refuse.notFound();
  await recordEvent(database, actor, { kind: 'audit_exported', accountId: account.id });
  return { ok: true, lines: chainOf(database, account.id) };
}

async function* chainOf(database: Database, chain: string): AsyncGenerator<ExportedEvent, void, undefined> {
  for (let after = 0; ; ) {
    const { rows } = await database.execute<ExportedEvent>(sql`
      select chain, seq, id, (extract(epoch from at) * 1000000)::bigint::text as at_microseconds,
        to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, kind, account_id, entry_id, server_id,
        actor_kind, actor_id, content, encode(commitment, 'hex') as commitment, encode(hash, 'hex') as hash
      from events where chain = ${chain} and seq > ${after} order by seq limit ${BATCH}`);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = last.seq;
  }
}
