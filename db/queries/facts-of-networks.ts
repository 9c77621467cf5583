import { type SQL, sql } from 'drizzle-orm';
import { addDays } from '../../lib/domain/days.ts';
import { type EntryState, liveStates, openStates } from '../../lib/domain/entry-lifecycle.ts';
import type { Database } from '../client.ts';
import { type Asked, askedRows, byPosition } from './facts-asked.ts';

// What is known of networks, of whomever. Each answer goes by the position of what was asked about.

const SIGHTING_DAYS = 90;
/**
 * How long an end under suspicion speaks against the addresses: by default as long as what was read from reports is kept.
 * Addresses change hands, and after that a person would find little to weigh. A removal for abuse never lapses.
 */
const SUSPICION_DAYS = 730;

/** What ended before this speaks against nobody's addresses any more. */
export function suspicionSince(now: Date): Date {
  return addDays(now, -SUSPICION_DAYS);
}

/** A prefix that staff has blocked, where it touches one. */
export async function blockedPrefixesOf(database: Database, asked: readonly Asked[], now: Date) {
  const { rows } = await database.execute<{ position: number; network: string; reason: string }>(sql`
    select s.position, b.network, b.reason from ${askedRows(asked)}
    cross join lateral (
      select p.network, p.reason from blocked_prefixes p
      where p.network && s.network and (p.expires_at is null or p.expires_at > ${now.toISOString()}::timestamptz)
      limit 1) b`);
  return new Map(rows.map(({ position, network, reason }) => [position, { network, reason }]));
}

type Overlapping = { network: string; status: EntryState; accountId: string; endedAt: Date | null };

/** Other entries that share addresses with it, of whomever: live ones, open requests, and those removed for abuse. */
export async function overlappingEntries(
  database: Database,
  asked: readonly Asked[],
): Promise<Map<number, Overlapping[]>> {
  const states = sql.param([...liveStates, ...openStates]);
  const { rows } = await database.execute<Overlapping & { position: number }>(sql`
    select s.position, e.network, e.status, e.account_id as "accountId", e.ended_at as "endedAt"
    from ${askedRows(asked)}
    join entries e on e.network && s.network and e.id is distinct from s.entry_id
    where e.status = any (${states}::text[]) or e.status = 'removed' and e.end_cause = 'abuse'`);
  return byPosition(rows, ({ network, status, accountId, endedAt }) => ({
    network,
    status,
    accountId,
    endedAt,
  }));
}

/**
 * What one customer is usually given, however little of it is asked for: a /29 of IPv4, a /56 of IPv6 (RFC 6177). Whoever
 * was removed goes on to the next address of it.
 */
export function around(network: SQL): SQL {
  return sql`set_masklen(${network}, least(masklen(${network}), case family(${network}) when 4 then 29 else 56 end))`;
}

/**
 * Where an entry that overlaps, of whomever, lately ended on the ladder, in a suspension that nobody had lifted, or in an
 * account or server that staff had taken out of service by then and still have, unless that had only asked for it (anybody
 * can name an address); or where complaints came only after it had ended. And where one beside it was lately removed for
 * abuse.
 */
export async function endedUnderSuspicion(
  database: Database,
  asked: readonly Asked[],
  now: Date,
): Promise<ReadonlySet<number>> {
  const since = suspicionSince(now).toISOString();
  // With a limit, each is looked up by its network: without one, all that ever ended would be read first.
  const { rows } = await database.execute<{ position: number }>(sql`
    select s.position from ${askedRows(asked)}
    cross join lateral (select e.id from entries e
      where e.network && ${around(sql`s.network`)} and e.id is distinct from s.entry_id and e.ended_at > ${since}::timestamptz
        and (
          e.status = 'removed' and e.end_cause = 'abuse'
          or e.network && s.network and (
            coalesce(e.activated_at, e.proven_at) is not null
            and exists (select from accounts a join servers r on r.account_id = a.id
              where a.id = e.account_id and r.id = e.server_id
                and e.ended_at >= least(a.suspended_for_abuse_at, a.cancelled_by_staff_at, r.suspended_for_abuse_at))
            or exists (select from signals g
              where g.entry_id = e.id and g.created_at > e.ended_at and g.set_aside_at is null)
            or exists (select from abuse_reports p where p.entry_id = e.id and p.state = 'for_person')
            or exists (select from ladder_positions l
              where l.entry_id = e.id and (l.step <> 'none' or l.called_for is not null))
            or exists (select from events v
              where v.entry_id = e.id and v.kind = 'suspended'
                and v.content::jsonb ->> 'cause' in ('staff', 'abuse', 'drift')
                and not exists (select from events l
                  where l.entry_id = v.entry_id and l.seq > v.seq and l.kind in ('restored', 'cause_lifted')
                    and jsonb_exists(l.content::jsonb -> 'lifted', v.content::jsonb ->> 'cause')))))
      limit 1) x`);
  return new Set(rows.map(({ position }) => position));
}

/** On how many days of late each organisation signed in from it. */
export async function sightingsOf(database: Database, asked: readonly Asked[], now: Date) {
  // The first and the last address let an index begin and end there: of a network that is no constant it cannot know.
  const { rows } = await database.execute<{ position: number; accountId: string; days: number }>(sql`
    select s.position, v.account_id as "accountId", count(distinct g.day) as days
    from ${askedRows(asked)}
    join sightings g on g.address >= network(s.network)::inet
      and g.address <= set_masklen(broadcast(s.network), case family(s.network) when 4 then 32 else 128 end)
      and g.address <<= s.network and g.day > ${sightingsSince(now)}::date
    join servers v on v.id = g.server_id
    group by s.position, v.account_id`);
  return byPosition(rows, ({ accountId, days }) => ({ accountId, days }));
}

/** Fewer messages may be a slip. */
const LEAST_MESSAGES = 3;
const MOST_SENDERS = 50;
/** What devices call themselves, and nobody's domain (RFC 6761, RFC 6762, and the usual ones). */
const nobodysDomain = '(^[^.]+$|\\.(local|localdomain|localhost|lan|home|internal|invalid|test|arpa|corp)$)';

/** Sender domains that came from the network lately and are not the account's, those with the most mail first. */
export async function strangeSenders(
  database: Database,
  asked: readonly Asked[],
  now: Date,
): Promise<Map<number, string[]>> {
  const { rows } = await database.execute<{ position: number; domain: string }>(sql`
    select s.position, t.domain from ${askedRows(asked)}
    cross join lateral (
      select g.domain, sum(g.taken + g.refused) as messages from sender_sightings g
      where g.address <<= s.network and g.day > ${sightingsSince(now)}::date and g.domain !~ ${nobodysDomain}
        and not exists (select from sender_domains d join servers v on v.id = d.server_id
          where v.account_id = s.account_id and d.domain = g.domain and d.ended_at is null)
      group by g.domain
      having sum(g.taken + g.refused) >= ${LEAST_MESSAGES}
      order by messages desc, g.domain
      limit ${MOST_SENDERS}) t
    order by s.position, t.messages desc, t.domain`);
  return byPosition(rows, ({ domain }) => domain);
}

function sightingsSince(now: Date): string {
  return addDays(now, -SIGHTING_DAYS).toISOString().slice(0, 10);
}
