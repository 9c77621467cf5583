import { sql } from 'drizzle-orm';
import type { Database } from '../client.ts';

/** An event as it stands in its chain, every part in the text that the chain's hash is made over. */
export type ChainedEvent = {
  chain: string;
  seq: number;
  id: string;
  /** Microseconds since 1970: a Date would lose the last three digits. */
  atMicroseconds: string;
  kind: string;
  accountId: string | null;
  entryId: string | null;
  serverId: string | null;
  actorKind: string;
  actorId: string | null;
  content: string;
  commitment: Buffer | null;
  hash: Buffer;
  /** What the commitment is to, where it was not erased. */
  salt: Buffer | null;
  privateContent: string | null;
};

export type ChainHead = { chain: string; seq: number; hash: Buffer };

/** The next events after `(chain, seq)`, chain by chain. */
export async function nextChainedEvents(
  database: Database,
  after: { chain: string; seq: number },
  limit: number,
): Promise<ChainedEvent[]> {
  const { rows } = await database.execute<ChainedEvent>(sql`
    select e.chain, e.seq, e.id, (extract(epoch from e.at) * 1000000)::bigint::text as "atMicroseconds", e.kind,
      e.account_id as "accountId", e.entry_id as "entryId", e.server_id as "serverId",
      e.actor_kind as "actorKind", e.actor_id as "actorId", e.content, e.commitment, e.hash,
      p.salt, p.content as "privateContent"
    from events e left join event_private p on p.event_id = e.id
    where (e.chain, e.seq) > (${after.chain}, ${after.seq})
    order by e.chain, e.seq
    limit ${limit}`);
  return rows;
}

export async function chainHeads(database: Database): Promise<ChainHead[]> {
  const { rows } = await database.execute<ChainHead>(
    sql`select chain, seq, hash from event_heads order by chain`,
  );
  return rows;
}

/** Of the chains to which an event was added since then. */
export async function movedHeads(database: Database, since: Date): Promise<ChainHead[]> {
  const { rows } = await database.execute<ChainHead>(sql`
    select h.chain, h.seq, h.hash from event_heads h join events e on e.chain = h.chain and e.seq = h.seq
    where e.at > ${since.toISOString()}::timestamptz order by h.chain`);
  return rows;
}
