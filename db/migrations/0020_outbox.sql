-- Notification mail. A change writes its mail in its own transaction; a job sends what stands here. A row is told to
-- one person once, however often the cause is noticed: dedupe_key.

create table outbox (
  id uuid primary key default gen_random_uuid(),
  kind text not null,
  audience text not null check (audience in ('account', 'staff', 'person')),
  person_id uuid not null references people,
  account_id uuid references accounts,
  entry_id uuid references entries,
  dedupe_key text not null unique,
  -- Values of the moment. Words, links and secrets are made when the mail is made. Emptied some weeks after.
  content jsonb not null,
  -- Rows of one bundle, person and account that are due together become one row, and so one mail.
  bundle text,
  folded_into uuid references outbox on delete cascade,
  created_at timestamptz not null default now(),
  send_after timestamptz not null,
  attempts integer not null default 0,
  -- Whoever sends it now, and until when: after that it is taken to be dead, and another may.
  lease uuid,
  leased_until timestamptz,
  sent_at timestamptz,
  dropped_at timestamptz,
  failure text,
  check (num_nonnulls(folded_into, sent_at, dropped_at) <= 1),
  check (audience <> 'account' or account_id is not null)
);
--> statement-breakpoint
create index outbox_due on outbox (send_after) where sent_at is null and dropped_at is null and folded_into is null;
--> statement-breakpoint
create index outbox_person on outbox (person_id, created_at);
--> statement-breakpoint
create index outbox_entry on outbox (entry_id, kind) where entry_id is not null;
--> statement-breakpoint
create function outbox_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('outbox', '');
  return null;
end $$;
--> statement-breakpoint
create trigger nudge after insert on outbox for each statement execute function outbox_notify();
--> statement-breakpoint
create table mail_choices (
  person_id uuid not null references people,
  mail_group text not null,
  choice text not null check (choice in ('at_once', 'daily', 'off')),
  updated_at timestamptz not null default now(),
  primary key (person_id, mail_group)
);
--> statement-breakpoint
-- Next hops that did not take the last mail offered to them, and since when.
create table mail_hops (
  hop text primary key,
  failing_since timestamptz,
  last_failure text,
  told_at timestamptz
);
