-- A database that was restored, copied into another cluster or promoted is another one than nodes knew, although the
-- clock's row came with it: revisions may mean something else. What nodes read as the generation therefore also says
-- which cluster, which database and which timeline they speak to. The timeline is that of what is being written; of a
-- standby, that of its last restart point.
create or replace view node_clock as
  select
    overlay(overlay(md5(concat_ws(' ', c.generation, s.system_identifier, d.oid, t.timeline)) placing '8' from 13) placing '8' from 17)::uuid
      as generation,
    c.revision,
    h.at as heartbeat_at
  from whitelist_clock c
  cross join whitelist_heartbeat h
  cross join pg_control_system() s
  cross join (select oid from pg_database where datname = current_database()) d
  cross join lateral (
    select case
      when pg_is_in_recovery() then (select lpad(to_hex(k.timeline_id), 8, '0') from pg_control_checkpoint() k)
      else lower(left(pg_walfile_name(pg_current_wal_lsn()), 8))
    end as timeline
  ) t;
--> statement-breakpoint
-- Entries that nodes hold back after a restore, because they had seen them end: staff say that one may be in force.
create table restore_confirmations (
  entry_id uuid not null references entries (id),
  generation uuid not null,
  confirmed_at timestamptz not null,
  primary key (generation, entry_id)
);
--> statement-breakpoint
create trigger nudge after insert on restore_confirmations for each statement execute function whitelist_notify();
--> statement-breakpoint
create view node_confirmations as select entry_id, generation from restore_confirmations;
--> statement-breakpoint
alter table nodes add column held_back uuid[] not null default '{}';
--> statement-breakpoint
alter table nodes add column held_back_count integer not null default 0;
