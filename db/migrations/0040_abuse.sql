-- What is seen of abuse, what the ladder does about it, and the fuse that keeps it from doing too much at once.

-- A throttled entry may send less than its own rate. A row's column and not a state: everything else stays as it is.
alter table entries add column throttled_to integer check (throttled_to > 0);
--> statement-breakpoint
alter table entries add column throttled_at timestamptz;
--> statement-breakpoint
alter table entries add constraint entries_throttled check ((throttled_to is null) = (throttled_at is null));
--> statement-breakpoint
create or replace view entry_standing as
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
      'messages_per_hour', least(coalesce(e.messages_per_hour, v.default_messages_per_hour, 100), e.throttled_to),
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
-- An account that the platform's own feed suspends is lifted by that feed; one that was suspended for abuse is not.
alter table accounts add column suspended_for_abuse_at timestamptz;
--> statement-breakpoint
-- One appeal a removal, but for one that was taken back.
create unique index entries_one_appeal on entries (appeal_of) where appeal_of is not null and status <> 'withdrawn';
--> statement-breakpoint
-- Reports of recipients as they came (RFC 5965). The raw text is emptied when its time is over.
create table abuse_reports (
  id uuid primary key default gen_random_uuid(),
  raw_sha256 bytea not null unique,
  raw bytea,
  octets integer not null,
  received_at timestamptz not null,
  feedback_type text,
  source_ip inet,
  -- Why it cannot be used as it is; empty where it is well formed.
  problems text[] not null default '{}',
  reporter_domain text,
  user_agent text,
  -- Whether the policy names this reporter.
  configured boolean not null,
  arrival_at timestamptz,
  -- What it is about, where that is certain, and how it is known.
  mapped_by text check (mapped_by in ('attribution', 'source_ip')),
  entry_id uuid references entries,
  server_id uuid references servers,
  transaction text,
  not_mapped text,
  -- People are redacted here already.
  facts jsonb not null,
  -- weighed: a signal came of it. noted: nothing has to follow. for_person: somebody has to look. settled: somebody has.
  state text not null check (state in ('weighed', 'noted', 'for_person', 'settled')),
  settled_by uuid references people,
  settled_at timestamptz,
  settled_reason text,
  check ((state = 'settled') = (settled_at is not null)),
  check ((mapped_by is null) = (server_id is null))
);
--> statement-breakpoint
create index abuse_reports_open on abuse_reports (received_at) where state = 'for_person';
--> statement-breakpoint
create index abuse_reports_entry on abuse_reports (entry_id, received_at) where entry_id is not null;
--> statement-breakpoint
create table signals (
  id uuid primary key default gen_random_uuid(),
  entry_id uuid not null references entries,
  kind text not null,
  strength double precision not null check (strength > 0),
  -- What it weighed when it came, by the policy of that moment.
  weight double precision not null,
  at timestamptz not null,
  -- The same thing seen twice is one signal.
  dedupe_key text not null unique,
  source text not null check (source in ('node', 'report', 'traffic', 'evidence', 'staff')),
  evidence jsonb not null default '{}',
  -- One message as its owner may see it.
  sample jsonb,
  report_id uuid references abuse_reports,
  created_at timestamptz not null default now(),
  set_aside_at timestamptz,
  set_aside_by uuid references people,
  set_aside_reason text,
  check ((set_aside_at is null) = (set_aside_reason is null))
);
--> statement-breakpoint
create index signals_entry on signals (entry_id, at);
--> statement-breakpoint
create index signals_at on signals (at);
--> statement-breakpoint
create table ladder_positions (
  entry_id uuid primary key references entries,
  step text not null check (step in ('none', 'warned', 'throttled', 'suspended', 'removed')),
  since timestamptz not null,
  -- Signals from before do not count: a person has restored the entry then.
  counts_from timestamptz,
  -- What is called for and was not done: only observed, spared because the entry is critical, or held by the fuse.
  called_for text check (called_for in ('warned', 'throttled', 'suspended', 'removed')),
  not_done text check (not_done in ('observed', 'critical', 'held')),
  called_at timestamptz,
  judged_at timestamptz not null,
  check ((called_for is null) = (not_done is null) and (called_for is null) = (called_at is null))
);
--> statement-breakpoint
create index ladder_positions_fading on ladder_positions (judged_at) where step in ('warned', 'throttled');
--> statement-breakpoint
create index ladder_positions_waiting on ladder_positions (called_at) where not_done is not null;
--> statement-breakpoint
-- What went automatically, entry by entry: the fuse counts the last minutes of it. Kept short.
create table fuse_counts (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  cause text not null check (cause in ('ladder', 'drift', 'feed')),
  effect text not null check (effect in ('out_of_force', 'throttled', 'warned')),
  entry_id uuid not null references entries
);
--> statement-breakpoint
create index fuse_counts_window on fuse_counts (effect, at);
--> statement-breakpoint
-- While a trip is open, everything of its cause and effect is held until a person applies or discards it.
create table fuse_trips (
  id uuid primary key default gen_random_uuid(),
  cause text not null check (cause in ('ladder', 'drift', 'feed')),
  effect text not null check (effect in ('out_of_force', 'throttled', 'warned')),
  tripped_at timestamptz not null,
  -- How many went in the minutes before, how many may, and of how many.
  gone integer not null,
  most integer not null,
  total integer not null,
  decision text check (decision in ('applied', 'discarded')),
  decided_at timestamptz,
  decided_by uuid references people,
  reason text,
  check ((decision is null) = (decided_at is null))
);
--> statement-breakpoint
create unique index fuse_trips_open on fuse_trips (cause, effect) where decided_at is null;
--> statement-breakpoint
create table fuse_items (
  id uuid primary key default gen_random_uuid(),
  trip_id uuid not null references fuse_trips,
  -- What it is about: `entry:<id>`, `server:<slug>`, `account:<slug>`. What is newer about the same takes its place.
  subject text not null,
  entry_ids uuid[] not null,
  action jsonb not null,
  held_at timestamptz not null,
  -- Who let it happen: jobs do it then.
  released_by uuid references people,
  released_at timestamptz,
  outcome text check (outcome in ('applied', 'no_longer', 'discarded', 'replaced')),
  ended_at timestamptz,
  check ((outcome is null) = (ended_at is null))
);
--> statement-breakpoint
create unique index fuse_items_open on fuse_items (trip_id, subject) where ended_at is null and released_at is null;
--> statement-breakpoint
create index fuse_items_released on fuse_items (released_at) where released_at is not null and ended_at is null;
--> statement-breakpoint
create index fuse_items_subject on fuse_items (subject) where ended_at is null;
--> statement-breakpoint
-- What the ladder may not do by itself: to a whole account.
create table abuse_proposals (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('suspend_account', 'cancel_account')),
  account_id uuid not null references accounts,
  reason text not null,
  evidence jsonb not null default '{}',
  -- Null: the system itself.
  proposed_by uuid references people,
  created_at timestamptz not null,
  decision text check (decision in ('done', 'dismissed')),
  decided_by uuid references people,
  decided_at timestamptz,
  decided_reason text,
  check ((decision is null) = (decided_at is null))
);
--> statement-breakpoint
create unique index abuse_proposals_open on abuse_proposals (kind, account_id) where decided_at is null;
--> statement-breakpoint
create function fuse_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('fuse', '');
  return null;
end $$;
--> statement-breakpoint
create trigger nudge after update of released_at on fuse_items for each statement execute function fuse_notify();
