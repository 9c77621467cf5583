-- What is asked for on every page and in every night, on a database with millions of rows: without these it is found by
-- reading all of them.

-- Lists begin with the newest, of everything and of one server.
create index entries_created on entries (created_at, id);
--> statement-breakpoint
create index entries_server_created on entries (server_id, created_at, id);
--> statement-breakpoint
create index entry_activity_out on entry_activity (entry_id) where out_of_force_since is not null;
--> statement-breakpoint
-- What the platform asks for stands among everything else that belongs to no account, sign-ins above all.
create index events_platform_kind on events (kind, seq) where chain = 'platform';
--> statement-breakpoint
-- Whoever deletes a mail looks for those that were folded into it.
create index outbox_folded on outbox (folded_into) where folded_into is not null;
--> statement-breakpoint
create index outbox_age on outbox (created_at);
--> statement-breakpoint
create index outbox_to_empty on outbox (created_at)
  where content <> '{"account": null, "entry": null, "values": {"items": []}}';
--> statement-breakpoint
-- Days come in their order, so that a few pages say where each is.
create index sightings_age on sightings using brin (day);
--> statement-breakpoint
create index traffic_days_age on traffic_days using brin (day);
--> statement-breakpoint
-- When the private part of an event is to go stands with it: of events there are ever more, of these there are not.
alter table event_private add column at timestamptz not null default now();
--> statement-breakpoint
update event_private p set at = e.at from events e where e.id = p.event_id;
--> statement-breakpoint
create index event_private_age on event_private (at);
--> statement-breakpoint
-- Counts are gathered first and added up once: adding them row by row made every row a query of its own.
create function sum_all_counts(counts jsonb[]) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(name, total), '{}')
  from (
    select name, sum(count::bigint) as total
    from unnest(counts) as one (refused), jsonb_each_text(one.refused) as each_of (name, count)
    group by name
  ) as sums
$$;
--> statement-breakpoint
drop aggregate sum_counts (jsonb);
--> statement-breakpoint
create aggregate sum_counts (jsonb) (
  sfunc = array_append, stype = jsonb[], initcond = '{}', finalfunc = sum_all_counts
);
--> statement-breakpoint
-- A feed may name a thousand domains at once. The server and its entries are stamped once for all of them, not once for
-- each: nobody else can change an entry meanwhile.
drop trigger cascade on sender_domains;
--> statement-breakpoint
create function sender_domains_changed() returns trigger language plpgsql as $$
begin
  perform whitelist_restamp(array(select distinct server_id from changed));
  return null;
end $$;
--> statement-breakpoint
create trigger cascade_insert after insert on sender_domains referencing new table as changed
  for each statement execute function sender_domains_changed();
--> statement-breakpoint
create trigger cascade_update after update on sender_domains referencing new table as changed
  for each statement execute function sender_domains_changed();
--> statement-breakpoint
create trigger cascade_delete after delete on sender_domains referencing old table as changed
  for each statement execute function sender_domains_changed();
--> statement-breakpoint
-- Of a policy only the days of grace stand in what nodes hold of an entry; the ladder they read beside it. A new version
-- that leaves them as they are stamps what somebody decides about, and not every entry that is in force: a hundred
-- thousand of them kept everybody from changing anything for a minute. The statement nudges the nodes all the same.
drop trigger cascade on policies;
--> statement-breakpoint
create function policy_changed() returns trigger language plpgsql as $$
declare
  grace_before integer;
begin
  select coalesce((content ->> 'graceDays')::integer, 14) into grace_before
    from policies where version <> new.version order by version desc limit 1;
  if grace_before is distinct from grace_days() then
    perform whitelist_restamp(array(select id from servers));
  else
    update entries set revision = 0
      where status in ('pending', 'in_review', 'waiting') or wider_scope is not null;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger cascade after insert on policies for each row execute function policy_changed();
