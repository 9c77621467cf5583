-- What SMTP nodes read. No now() here: the effective end travels as expires_at and the node's clock enforces it,
-- so that a replica that is cut off closes what has ended.

create function grace_days() returns integer language sql stable as $$
  select coalesce((select (content ->> 'graceDays')::integer from policies order by version desc limit 1), 14)
$$;
--> statement-breakpoint
create view server_standing as
  select
    s.id as server_id,
    s.account_id,
    s.slug,
    s.revision,
    case
      when a.status = 'cancelled' or s.status = 'cancelled' or u.status = 'cancelled' then 'cancelled'
      when a.status <> 'active' or s.status <> 'active' or u.status is null or u.status = 'lapsed' or not p.entitled then 'lapsed'
      else 'in_force'
    end as state,
    case
      when a.status = 'cancelled' then 'account_cancelled'
      when s.status = 'cancelled' then 'server_cancelled'
      when u.status = 'cancelled' then 'subscription_cancelled'
      when a.status <> 'active' then 'account_suspended'
      when s.status = 'paused' then 'server_paused'
      when s.status <> 'active' then 'server_suspended'
      when u.status is null or not p.entitled then 'plan_not_entitled'
      when u.status = 'lapsed' then 'subscription_lapsed'
      else 'in_force'
    end as reason,
    case
      when u.status = 'past_due' then coalesce(u.paid_until, u.past_due_since) + make_interval(days => grace_days())
      else u.paid_until + make_interval(days => grace_days())
    end as paid_end,
    p.default_messages_per_hour,
    coalesce((select array_agg(d.domain order by d.domain) from sender_domains d where d.server_id = s.id and d.ended_at is null), '{}') as sender_domains
  from servers s
  join accounts a on a.id = s.account_id
  left join subscriptions u on u.server_id = s.id
  left join plans p on p.id = u.plan_id;
--> statement-breakpoint
create view entry_standing as
  select
    e.id as entry_id,
    e.server_id,
    e.account_id,
    e.network,
    case
      when e.status in ('pending', 'in_review', 'waiting') then case when v.state = 'cancelled' then 'ended' else 'pending' end
      when e.status = 'removed' and e.end_cause = 'abuse' then 'removed_abuse'
      when e.status not in ('active', 'suspended') then 'ended'
      when v.state = 'cancelled' then 'cancelled'
      when e.status = 'suspended' then 'suspended'
      else v.state
    end as state,
    case
      when e.status in ('rejected', 'withdrawn', 'removed', 'expired') then e.status || coalesce(':' || e.end_cause, '')
      when e.status = 'suspended' then 'suspended:' || array_to_string(e.suspension_causes, ',')
      when e.status <> 'active' then e.status
      else v.reason
    end as reason,
    e.revision,
    jsonb_build_object(
      'sender_domains', to_jsonb(case when e.sender_domains is null then v.sender_domains
        else array(select d from unnest(e.sender_domains) d where d = any (v.sender_domains)) end),
      'recipient_domains', to_jsonb(e.recipient_domains),
      'tls', e.tls,
      'messages_per_hour', coalesce(e.messages_per_hour, v.default_messages_per_hour, 100),
      'recipients_per_message', e.recipients_per_message,
      'message_bytes', e.message_bytes,
      'mode', e.mode,
      'sandbox_until', to_jsonb(e.sandbox_until)
    ) as scope,
    case when e.status in ('active', 'suspended') then least(e.review_by, v.paid_end) end as expires_at,
    e.proof_generation,
    e.activated_at
  from entries e
  join server_standing v on v.server_id = e.server_id;
--> statement-breakpoint
create view node_entries as
  select entry_id, server_id, account_id, network, state, reason, revision, scope, expires_at, proof_generation
  from entry_standing;
--> statement-breakpoint
create view node_servers as
  select server_id, account_id, slug, sender_domains, state, reason, paid_end as expires_at, revision
  from server_standing;
--> statement-breakpoint
create view node_credentials as
  select c.id as credential_id, c.server_id, v.account_id, c.username, c.password_hash,
    case
      when c.ended_at is not null then 'ended'
      when v.state = 'cancelled' then 'cancelled'
      -- Whitelisting needs a paid plan; signing in does not. Only what stops the server itself stops its sign-ins.
      when v.reason in ('account_suspended', 'server_paused', 'server_suspended') then 'lapsed'
      else 'usable'
    end as state,
    null::timestamptz as expires_at,
    c.revision
  from smtp_credentials c
  join server_standing v on v.server_id = c.server_id;
--> statement-breakpoint
create view node_clock as
  select c.generation, c.revision, h.at as heartbeat_at from whitelist_clock c cross join whitelist_heartbeat h;
--> statement-breakpoint
-- For SMTP nodes of other makers. A row with relay = false says: no longer.
create view smtp_whitelist as
  select entry_id, server_id, network, state = 'in_force' as relay, revision, scope, expires_at
  from entry_standing
  where activated_at is not null;
