-- The domains of a server are looked up once for all of its entries, not for each: a node that loads a million of them
-- reads a tenth of the pages.
create or replace view server_standing as
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
      when u.status = 'past_due' then coalesce(u.paid_until, u.past_due_since) + g.grace
      else u.paid_until + g.grace
    end as paid_end,
    p.default_messages_per_hour,
    coalesce(k.domains, '{}') as sender_domains
  from servers s
  join accounts a on a.id = s.account_id
  left join subscriptions u on u.server_id = s.id
  left join plans p on p.id = u.plan_id
  left join lateral (
    select array_agg(d.domain order by d.domain) as domains from sender_domains d
    where d.server_id = s.id and d.ended_at is null
  ) k on true
  cross join (select make_interval(days => coalesce(
    (select (content ->> 'graceDays')::integer from policies order by version desc limit 1), 14)) as grace) g;
