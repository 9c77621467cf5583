import { randomUUID } from 'node:crypto';
import { query } from './cast.ts';
import { freshAddress } from './portal.ts';

/** Something of each kind that support decides about when there was abuse, so that every door has something behind it. */
export type AbuseCase = {
  slug: string;
  personId: string;
  liveId: string;
  removedId: string;
  tripId: string;
  reportId: string;
  proposalId: string;
};

export async function makeAbuseCase(): Promise<AbuseCase> {
  const slug = `doors-${randomUUID().slice(0, 8)}`;
  const one = async (text: string, values: unknown[]) => {
    const [row] = await query<{ id: string }>(text, values);
    if (row === undefined) throw new Error('nothing was made');
    return row.id;
  };
  const accountId = await one('insert into accounts (slug, name) values ($1, $1) returning id', [slug]);
  const entry = (status: string, cause: string | null) =>
    one(
      `insert into entries (account_id, server_id, network, status, end_cause, ended_at, purpose, attested_static,
         attested_dedicated, responsibility_accepted_at, activated_at)
       select account_id, id, $1::cidr, $2, $3::text, case when $3::text is null then null else now() end, 'Scanners',
         true, true, now(), now()
       from servers where slug = 'acme-production' returning id`,
      [freshAddress(), status, cause],
    );
  const liveId = await entry('active', null);
  // What an earlier case has left would stand before this one on its page.
  await query(
    `update abuse_proposals set decision = 'dismissed', decided_at = now() where decided_at is null`,
  );
  const tripId = await one(
    `insert into fuse_trips (cause, effect, tripped_at, gone, most, total)
     values ('drift', 'warned', now(), 1, 20, 100)
     on conflict (cause, effect) where decided_at is null do update set gone = excluded.gone returning id`,
    [],
  );
  await query(
    `insert into fuse_items (trip_id, subject, entry_ids, action, held_at)
     values ($1, 'entry:' || $2, array[$2::uuid], jsonb_build_object('kind', 'ladder', 'entryId', $2, 'step', 'warned'), now())`,
    [tripId, liveId],
  );
  return {
    slug,
    personId: await one(`select id from people where email = 'member@acme.example'`, []),
    liveId,
    removedId: await entry('removed', 'owner'),
    tripId,
    reportId: await one(
      `insert into abuse_reports (raw_sha256, octets, received_at, configured, facts, state)
       values (decode($1, 'hex'), 10, now(), false, '{}', 'for_person') returning id`,
      [randomUUID().replaceAll('-', '')],
    ),
    proposalId: await one(
      `insert into abuse_proposals (kind, account_id, reason, created_at)
       values ('suspend_account', $1, 'repeated_removals', now()) returning id`,
      [accountId],
    ),
  };
}

/**
 * Makes its removed entry one that was removed for abuse, or takes that back: while it stands, the account waits out its
 * cool-down and asks for nothing.
 */
export async function removeForAbuse({ removedId }: AbuseCase, abuse: boolean): Promise<void> {
  await query('update entries set end_cause = $2 where id = $1', [removedId, abuse ? 'abuse' : 'owner']);
}

/** Everything about the case that somebody could have changed. */
export async function stateOf(made: AbuseCase): Promise<unknown> {
  return query(
    `select (select status from accounts where slug = $1) as account,
       (select approvals_frozen_at is not null from platform_state) as frozen,
       (select count(*) from signals where entry_id = $2) as signals,
       (select count(*) from entries where appeal_of = $3) as appeals,
       (select decision from fuse_trips where id = $4) as trip,
       (select state from abuse_reports where id = $5) as report,
       (select decision from abuse_proposals where id = $6) as proposal`,
    [made.slug, made.liveId, made.removedId, made.tripId, made.reportId, made.proposalId],
  );
}
