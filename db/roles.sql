-- Group roles without login: operators create logins in them. Run after every migration; harmless to repeat.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['postern_app', 'postern_node', 'postern_smtp'] loop
    begin
      if not exists (select from pg_roles where rolname = wanted) then
        execute format('create role %I nologin', wanted);
      end if;
    exception when duplicate_object or unique_violation then
      null; -- another starter made it in the same moment
    end;
  end loop;
end $$;

revoke create on schema public from public;
grant usage on schema public to postern_app, postern_node, postern_smtp;

-- Portal and jobs: everything they write, nothing that rewrites history.
grant select, insert, update on all tables in schema public to postern_app;
revoke update on events, revision_times from postern_app;
grant delete on event_private, idempotency_keys, throttles, revision_times, node_reports, sessions, invitations, sightings, sender_sightings, outbox, mail_choices, lookup_answers, lookup_pauses, found_addresses to postern_app;
grant delete on abuse_reports, signals, fuse_counts, traffic_minutes, traffic_hours, traffic_days, traffic_stale_hours to postern_app;
grant usage on all sequences in schema public to postern_app;
grant execute on function node_heartbeat() to postern_app;
-- By what was migrated they know at their start whether the schema is as new as they are.
grant usage on schema drizzle to postern_app;
grant select on drizzle.__drizzle_migrations to postern_app;

-- SMTP nodes: their views, their inbox, the heartbeat.
revoke all on function node_heartbeat(), node_exchange_rates(text, jsonb) from public;
grant select on node_entries, node_servers, node_credentials, node_clock, node_policy, node_confirmations to postern_node;
grant insert on node_reports to postern_node;
grant execute on function node_exchange_rates(text, jsonb) to postern_node;
grant execute on function node_heartbeat() to postern_node, postern_app;

-- SMTP nodes of other makers: the public view alone.
grant select on smtp_whitelist to postern_smtp;
