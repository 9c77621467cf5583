-- What nodes count, entry by entry. Minutes come in batches, and add up whichever node they are from; hours and days are
-- made of them by a job.

create function add_counts(one jsonb, other jsonb) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(name, total), '{}')
  from (
    select name, sum(count::bigint) as total
    from (select * from jsonb_each_text(one) union all select * from jsonb_each_text(other)) as both_sides (name, count)
    group by name
  ) as sums
$$;
--> statement-breakpoint
create aggregate sum_counts (jsonb) (sfunc = add_counts, stype = jsonb, initcond = '{}');
--> statement-breakpoint
create table traffic_minutes (
  entry_id uuid not null references entries,
  minute timestamptz not null,
  accepted integer not null,
  recipients integer not null,
  bytes bigint not null,
  deferred integer not null,
  unknown_recipients integer not null,
  next_hop_refused integer not null,
  -- How many were refused, by the rule that refused.
  refused jsonb not null default '{}',
  primary key (entry_id, minute)
);
--> statement-breakpoint
create index traffic_minutes_age on traffic_minutes using brin (minute);
--> statement-breakpoint
create table traffic_hours (
  entry_id uuid not null references entries,
  hour timestamptz not null,
  accepted integer not null,
  recipients integer not null,
  bytes bigint not null,
  deferred integer not null,
  unknown_recipients integer not null,
  next_hop_refused integer not null,
  refused jsonb not null default '{}',
  primary key (entry_id, hour)
);
--> statement-breakpoint
create index traffic_hours_age on traffic_hours using brin (hour);
--> statement-breakpoint
create table traffic_days (
  entry_id uuid not null references entries,
  day date not null,
  accepted integer not null,
  recipients bigint not null,
  bytes bigint not null,
  deferred integer not null,
  unknown_recipients integer not null,
  next_hop_refused integer not null,
  refused jsonb not null default '{}',
  primary key (entry_id, day)
);
--> statement-breakpoint
-- Hours whose minutes have changed since the job made them.
create table traffic_stale_hours (
  entry_id uuid not null references entries,
  hour timestamptz not null,
  primary key (entry_id, hour)
);
--> statement-breakpoint
-- When something last came from an entry: a row of its own, since the entry's own row is what nodes follow.
create table entry_activity (
  entry_id uuid primary key references entries,
  last_accepted_at timestamptz,
  last_refused_at timestamptz
);
