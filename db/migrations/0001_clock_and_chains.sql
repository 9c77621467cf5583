-- One clock orders every change that an SMTP node must see. The statement trigger takes the clock's row lock before
-- the statement locks any row of its own, so writers queue in one order (no deadlock), and revisions become visible in
-- the order of their numbers (no delta is missed). Works under READ COMMITTED as long as nobody locks rows earlier.

create function whitelist_tick() returns trigger language plpgsql as $$
declare
  now_revision bigint;
begin
  update whitelist_clock set revision = revision + 1 returning revision into now_revision;
  insert into revision_times (revision, at) values (now_revision, clock_timestamp());
  return null;
end $$;
--> statement-breakpoint
create function whitelist_stamp() returns trigger language plpgsql as $$
begin
  select revision into strict new.revision from whitelist_clock;
  return new;
end $$;
--> statement-breakpoint
create function whitelist_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('whitelist', '');
  return null;
end $$;
--> statement-breakpoint
create function refuse_delete() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never deleted', tg_table_name using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create function touch_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end $$;
--> statement-breakpoint
create trigger a_tick before insert or update on entries for each statement execute function whitelist_tick();
--> statement-breakpoint
create trigger stamp before insert or update on entries for each row execute function whitelist_stamp();
--> statement-breakpoint
create trigger touch before update on entries for each row execute function touch_updated_at();
--> statement-breakpoint
create trigger nudge after insert or update on entries for each statement execute function whitelist_notify();
--> statement-breakpoint
create trigger keep before delete or truncate on entries for each statement execute function refuse_delete();
--> statement-breakpoint
create trigger a_tick before insert or update of account_id, slug, status, revision on servers for each statement execute function whitelist_tick();
--> statement-breakpoint
create trigger stamp before insert or update of account_id, slug, status, revision on servers for each row execute function whitelist_stamp();
--> statement-breakpoint
create trigger nudge after insert or update of account_id, slug, status, revision on servers for each statement execute function whitelist_notify();
--> statement-breakpoint
create trigger a_tick before insert or update on smtp_credentials for each statement execute function whitelist_tick();
--> statement-breakpoint
create trigger stamp before insert or update on smtp_credentials for each row execute function whitelist_stamp();
--> statement-breakpoint
create trigger nudge after insert or update on smtp_credentials for each statement execute function whitelist_notify();
--> statement-breakpoint
create trigger a_tick before insert or update or delete on subscriptions for each statement execute function whitelist_tick();
--> statement-breakpoint
create trigger a_tick before insert or update or delete on sender_domains for each statement execute function whitelist_tick();
--> statement-breakpoint
create trigger a_tick before update of status on accounts for each statement execute function whitelist_tick();
--> statement-breakpoint
create trigger a_tick before update on plans for each statement execute function whitelist_tick();
--> statement-breakpoint
create trigger a_tick before insert on policies for each statement execute function whitelist_tick();
--> statement-breakpoint
-- What an entry allows depends on its server, subscription, domains and account: a change there stamps the entries
-- that are open or live (ended ones stay ended whatever happens), and what else nodes hold of that server.
create function whitelist_restamp(servers_changed uuid[]) returns void language plpgsql as $$
begin
  update servers set revision = 0 where id = any (servers_changed);
  update smtp_credentials set revision = 0 where server_id = any (servers_changed) and ended_at is null;
  update entries set revision = 0
    where server_id = any (servers_changed) and status in ('pending', 'in_review', 'waiting', 'active', 'suspended');
end $$;
--> statement-breakpoint
create function server_changed() returns trigger language plpgsql as $$
begin
  perform whitelist_restamp(array[new.id]);
  return null;
end $$;
--> statement-breakpoint
create trigger cascade after update on servers for each row
  when (old.status is distinct from new.status or old.slug is distinct from new.slug or old.account_id is distinct from new.account_id)
  execute function server_changed();
--> statement-breakpoint
create function server_fact_changed() returns trigger language plpgsql as $$
begin
  perform whitelist_restamp(array[case when tg_op = 'DELETE' then old.server_id else new.server_id end]);
  return null;
end $$;
--> statement-breakpoint
create trigger cascade after insert or update or delete on subscriptions for each row execute function server_fact_changed();
--> statement-breakpoint
create trigger cascade after insert or update or delete on sender_domains for each row execute function server_fact_changed();
--> statement-breakpoint
create function account_changed() returns trigger language plpgsql as $$
begin
  perform whitelist_restamp(array(select id from servers where account_id = new.id));
  return null;
end $$;
--> statement-breakpoint
create trigger cascade after update of status on accounts for each row
  when (old.status is distinct from new.status) execute function account_changed();
--> statement-breakpoint
create function everything_changed() returns trigger language plpgsql as $$
begin
  perform whitelist_restamp(array(select id from servers));
  return null;
end $$;
--> statement-breakpoint
create trigger cascade after update on plans for each statement execute function everything_changed();
--> statement-breakpoint
create trigger cascade after insert on policies for each statement execute function everything_changed();
--> statement-breakpoint
create trigger keep before delete or truncate on servers for each statement execute function refuse_delete();
--> statement-breakpoint
create trigger keep before delete or truncate on smtp_credentials for each statement execute function refuse_delete();
--> statement-breakpoint
create trigger keep before delete or truncate on accounts for each statement execute function refuse_delete();
--> statement-breakpoint
-- Events: append-only and hash-chained. The head's row lock is taken after the clock's (operations write the change
-- first, its event second), so the two locks are always taken in one order.
create function event_text(e events) returns text language sql immutable as $$
  select string_agg(length(part) || ':' || part, ',' order by position)
  from unnest(array[
    e.chain, e.seq::text, e.id::text, (extract(epoch from e.at) * 1000000)::bigint::text, e.kind,
    coalesce(e.account_id::text, '-'), coalesce(e.entry_id::text, '-'), coalesce(e.server_id::text, '-'),
    e.actor_kind, coalesce(e.actor_id::text, '-'), e.content, coalesce(encode(e.commitment, 'hex'), '-')
  ]) with ordinality as parts (part, position)
$$;
--> statement-breakpoint
create function event_chain() returns trigger language plpgsql as $$
declare
  head event_heads;
begin
  new.chain := coalesce(new.account_id::text, 'platform');
  new.at := clock_timestamp();
  insert into event_heads (chain, seq, hash) values (new.chain, 0, sha256(convert_to(new.chain, 'UTF8')))
    on conflict (chain) do nothing;
  select * into strict head from event_heads where chain = new.chain for update;
  new.seq := head.seq + 1;
  new.hash := sha256(head.hash || convert_to(event_text(new), 'UTF8'));
  update event_heads set seq = new.seq, hash = new.hash where chain = new.chain;
  return new;
end $$;
--> statement-breakpoint
create trigger chain before insert on events for each row execute function event_chain();
--> statement-breakpoint
create function events_are_final() returns trigger language plpgsql as $$
begin
  raise exception 'events are append-only' using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create trigger final before update or delete or truncate on events for each statement execute function events_are_final();
--> statement-breakpoint
create function node_reports_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('node_reports', '');
  return null;
end $$;
--> statement-breakpoint
create trigger nudge after insert on node_reports for each statement execute function node_reports_notify();
--> statement-breakpoint
create function node_heartbeat() returns void language sql security definer set search_path = public, pg_temp as $$
  update whitelist_heartbeat set at = clock_timestamp() where at < clock_timestamp() - interval '500 milliseconds'
$$;
