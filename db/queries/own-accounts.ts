import { eq, type SQL, sql } from 'drizzle-orm';
import { liveStates, openStates } from '../../lib/domain/entry-lifecycle.ts';
import type { Database } from '../client.ts';
import { abuseReports, entries } from '../schema.ts';

// What concerns the accounts that a member of staff belongs to: nothing of that is theirs to decide.

/**
 * Whether the account is the person's now, or was at some time since: whoever has asked for something does not leave the
 * account to grant it.
 */
const isOwn = (accountId: SQL, personId: SQL | string, since: SQL) =>
  sql`exists (select from memberships m where m.account_id = ${accountId} and m.person_id = ${personId}
    and (m.ended_at is null or m.ended_at > ${since}))`;

/** The condition of `concernsOwnAccount`, for any query. */
export const concernsOwnOf = (personId: SQL | string, entryId: SQL | string, network: SQL) =>
  sql`exists (select from entries e where ${isOwn(sql`e.account_id`, personId, sql`e.created_at`)}
    and (e.id = ${entryId} or (
      e.status = any(${sql.param([...openStates, ...liveStates])}::text[]) and e.network && ${network})))`;

/**
 * Whether an entry is of an account of the person, or such an account is its rival: it holds or asks for a part of the same
 * network. No takeover need be under way: to reject a rival's request, or to end what it holds, is as good as one.
 */
export async function concernsOwnAccount(
  database: Database,
  personId: string,
  entryId: string,
): Promise<boolean> {
  const network = sql`(select o.network from entries o where o.id = ${entryId})::inet`;
  const { rows } = await database.execute(sql`select where ${concernsOwnOf(personId, entryId, network)}`);
  return rows.length > 0;
}

/** Those of the entries that are of an account of the person. */
export async function entriesOfOwnAccounts(
  database: Database,
  personId: string,
  entryIds: readonly string[],
): Promise<Set<string>> {
  const rows = await database
    .select({ id: entries.id })
    .from(entries)
    .where(
      sql`${entries.id} = any(${sql.param([...entryIds])}::uuid[])
        and ${isOwn(sql`${entries.accountId}`, personId, sql`${entries.createdAt}`)}`,
    );
  return new Set(rows.map(({ id }) => id));
}

/**
 * Whether an abuse report is about an account of the person: by the server that it was mapped to, or, where nobody can
 * tell for certain, because what it names as the source was ever whitelisted for that account.
 */
export async function isReportOfOwnAccount(
  database: Database,
  personId: string,
  reportId: string,
): Promise<boolean> {
  const isOwnSince = (accountId: SQL) => isOwn(accountId, personId, sql`${abuseReports.receivedAt}`);
  const ofServer = sql`select from servers s where s.id = ${abuseReports.serverId}
    and ${isOwnSince(sql`s.account_id`)}`;
  const ofSource = sql`select from entries e where ${abuseReports.serverId} is null and e.activated_at is not null
    and e.network >>= ${abuseReports.sourceIp} and ${isOwnSince(sql`e.account_id`)}`;
  const own = sql`(exists (${ofServer}) or exists (${ofSource}))`;
  return (await database.$count(abuseReports, sql`${eq(abuseReports.id, reportId)} and ${own}`)) > 0;
}

/** Whether two persons belong to one account now. */
export async function shareAnAccount(
  database: Database,
  personId: string,
  otherId: string,
): Promise<boolean> {
  const { rows } = await database.execute(sql`
    select from memberships o where o.person_id = ${otherId} and o.ended_at is null
      and ${isOwn(sql`o.account_id`, personId, sql`'infinity'`)} limit 1`);
  return rows.length > 0;
}
