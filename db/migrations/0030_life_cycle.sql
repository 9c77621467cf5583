-- What an entry goes through after it was approved: a wider scope that support looks at, an address that was given to
-- somebody else, a list that was kept by hand before, and how long an account has been cancelled.

alter table entries add column wider_scope_at timestamptz;
--> statement-breakpoint
alter table entries add constraint entries_wider_scope check ((wider_scope is null) = (wider_scope_at is null));
--> statement-breakpoint
create index entries_wider_scope_at on entries (wider_scope_at) where wider_scope is not null;
--> statement-breakpoint
-- Taken over from a list that was kept by hand: in force although nobody has proven or accepted anything here yet.
alter table entries add column inherited_at timestamptz;
--> statement-breakpoint
create index entries_review_by on entries (review_by) where status in ('active', 'suspended');
--> statement-breakpoint
create index entries_sponsor on entries (sponsor_id) where status in ('pending', 'in_review', 'waiting', 'active', 'suspended');
--> statement-breakpoint
alter table accounts add column status_since timestamptz not null default now();
--> statement-breakpoint
alter table servers add column status_since timestamptz not null default now();
--> statement-breakpoint
alter table subscriptions add column status_since timestamptz not null default now();
--> statement-breakpoint
create function note_status_since() returns trigger language plpgsql as $$
begin
  new.status_since := clock_timestamp();
  return new;
end $$;
--> statement-breakpoint
create trigger status_since before update of status on accounts for each row
  when (old.status is distinct from new.status) execute function note_status_since();
--> statement-breakpoint
create trigger status_since before update of status on servers for each row
  when (old.status is distinct from new.status) execute function note_status_since();
--> statement-breakpoint
create trigger status_since before update of status on subscriptions for each row
  when (old.status is distinct from new.status) execute function note_status_since();
--> statement-breakpoint
-- A sender domain that an account says is its own, until the name servers of the domain say so too.
create table domain_claims (
  id uuid primary key default gen_random_uuid(),
  server_id uuid not null references servers,
  domain text not null check (domain = lower(domain)),
  claimed_by uuid references people,
  created_at timestamptz not null default now(),
  -- The last look for the record, and what it ended in.
  checked_at timestamptz,
  outcome text check (outcome in ('no_record', 'other_value', 'temporary_error')),
  ended_at timestamptz,
  check ((checked_at is null) = (outcome is null))
);
--> statement-breakpoint
create unique index domain_claims_current on domain_claims (server_id, domain) where ended_at is null;
--> statement-breakpoint
-- An address that was given to somebody else: a request has proven control of what another account holds. The holder
-- is asked whether it is still theirs and has until then to answer. Over once the request or the entry has ended.
create table takeovers (
  id uuid primary key default gen_random_uuid(),
  request_id uuid not null references entries,
  entry_id uuid not null references entries,
  started_by uuid not null references people,
  started_at timestamptz not null,
  until timestamptz not null,
  reason text not null,
  -- What the holder says, and when: until then nothing.
  objection text,
  objected_by uuid references people,
  objected_at timestamptz,
  ended_at timestamptz,
  outcome text check (outcome in ('taken_over', 'called_off')),
  check ((objection is null) = (objected_at is null)),
  check ((ended_at is null) = (outcome is null)),
  check (request_id <> entry_id)
);
--> statement-breakpoint
create unique index takeovers_current on takeovers (request_id, entry_id) where ended_at is null;
--> statement-breakpoint
create index takeovers_entry on takeovers (entry_id) where ended_at is null;
