import { sql } from 'drizzle-orm';
import type { RelayEntry } from '../../lib/domain/mta-export.ts';
import type { Database } from '../client.ts';

type Row = {
  network: string;
  sender_domains: string[];
  recipient_domains: string[] | null;
  tls: RelayEntry['tls'];
  sandboxed: boolean;
};

/**
 * What nodes of other makers may relay for at a moment, by network. All of it is readable as `postern_smtp`.
 * @throws where the database is a standby: one that is cut off answers for ever with what it knew last
 */
export async function listRelayEntries(database: Database, now: Date): Promise<RelayEntry[]> {
  const { rows: state } = await database.execute<{ standby: boolean }>(
    sql`select pg_is_in_recovery() as standby`,
  );
  if (state[0]?.standby !== false) throw new Error('it is a standby, which may be behind: name the primary');
  const { rows } = await database.execute<Row>(sql`
    select network::text as network, scope -> 'sender_domains' as sender_domains,
      nullif(scope -> 'recipient_domains', 'null') as recipient_domains, scope ->> 'tls' as tls,
      coalesce(scope ->> 'mode' = 'sandbox'
        and coalesce((scope ->> 'sandbox_until')::timestamptz, 'infinity') > ${now.toISOString()}::timestamptz, false)
        as sandboxed
    from smtp_whitelist
    where relay and (expires_at is null or expires_at > ${now.toISOString()}::timestamptz)
    order by smtp_whitelist.network`);
  return rows.map((row) => ({
    network: row.network.includes('/')
      ? row.network
      : `${row.network}/${row.network.includes(':') ? 128 : 32}`,
    senderDomains: row.sender_domains,
    recipientDomains: row.recipient_domains,
    tls: row.tls,
    sandboxed: row.sandboxed,
  }));
}
