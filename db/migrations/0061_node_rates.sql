-- How much nodes have let through for entries that send much, so that an entry gets its rate about once over all of
-- them. Unlogged: what a crash forgets, nodes tell again seconds later.
create unlogged table node_rates (
  entry_id uuid not null,
  node text not null,
  sent integer not null,
  at timestamptz not null,
  primary key (entry_id, node)
);
--> statement-breakpoint
create unlogged table node_rate_exchanges (
  node text primary key,
  at timestamptz not null
);
--> statement-breakpoint
-- A node tells what it has counted within the last hour, and hears what the others have, and how many nodes there are.
-- What a node counted before it fell silent counts for an hour; one that starts again tells by another name. One row always comes, without an entry where nobody
-- else sends. A node that stops tells null: it counts as a node no longer, what it counted does for an hour.
create function node_exchange_rates(who text, counted jsonb)
  returns table (entry_id uuid, others integer, nodes integer)
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  present timestamptz := clock_timestamp();
  live integer;
begin
  if counted is null then
    delete from node_rate_exchanges e where e.node = who;
    return;
  end if;
  insert into node_rate_exchanges as e (node, at) values (who, present)
    on conflict (node) do update set at = excluded.at;
  delete from node_rates r where r.node = who
    and not exists (select from jsonb_to_recordset(counted) as c(entry uuid, sent integer) where c.entry = r.entry_id);
  insert into node_rates as r (entry_id, node, sent, at)
    select distinct on (c.entry) c.entry, who, c.sent, present from jsonb_to_recordset(counted) as c(entry uuid, sent integer)
    order by c.entry
    on conflict on constraint node_rates_pkey do update set sent = excluded.sent, at = excluded.at;
  delete from node_rates r where r.at < present - interval '1 hour';
  delete from node_rate_exchanges e where e.at < present - interval '1 hour';
  select count(*) into live from node_rate_exchanges e where e.at > present - interval '30 seconds';
  return query
    select r.entry_id, sum(r.sent)::integer, live from node_rates r where r.node <> who group by r.entry_id
    union all select null, 0, live;
end $$;
