-- A domain that was verified by its TXT record is looked at again now and then: a domain changes hands, and its record goes
-- with it. Not in sender_domains, as each look would tick the clock that nodes follow.
create table domain_checks (
  domain_id uuid primary key references sender_domains (id),
  -- The value that was found: it stays good when the secret by which it was made is rotated away.
  record text,
  checked_at timestamptz not null,
  outcome text not null check (outcome in ('verified', 'no_record', 'other_value', 'temporary_error')),
  failures integer not null default 0,
  missing_since timestamptz,
  -- Until when the owners have to publish it again; they are told when this is set.
  ends_at timestamptz,
  due_at timestamptz not null,
  check (ends_at is null or missing_since is not null)
);
--> statement-breakpoint
create index domain_checks_due on domain_checks (due_at);
--> statement-breakpoint
create index sender_domains_txt on sender_domains (id) where source = 'txt' and ended_at is null;
