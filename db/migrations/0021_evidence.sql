-- What sources said about a network, how far the asking is, and what is remembered to be polite to them.

alter table evidence add constraint evidence_source check (source in ('ptr', 'dnsbl', 'rdap', 'ip_database', 'ip_insights'));
--> statement-breakpoint
alter table evidence add constraint evidence_outcome check (outcome in ('found', 'none', 'temporary_error'));
--> statement-breakpoint
alter table evidence alter column facts drop not null;
--> statement-breakpoint
-- A row is what a source said from gathered_at until checked_at: asked again and told the same, the row only gets older.
alter table evidence add column checked_at timestamptz not null default now();
--> statement-breakpoint
-- One row per entry and source: the asking that is under way or was the last one, and when to ask again. A page reads
-- from it what is being asked right now; the jobs read what is due.
create table evidence_runs (
  entry_id uuid not null references entries,
  source text not null check (source in ('ptr', 'dnsbl', 'rdap', 'ip_database', 'ip_insights')),
  started_at timestamptz not null,
  finished_at timestamptz,
  outcome text check (outcome in ('found', 'none', 'temporary_error')),
  -- Temporary errors in a row: how long the next one is waited for.
  failures integer not null default 0,
  due_at timestamptz,
  primary key (entry_id, source),
  check ((finished_at is null) = (outcome is null))
);
--> statement-breakpoint
create index evidence_runs_due on evidence_runs (due_at) where due_at is not null;
--> statement-breakpoint
-- Answers of other people's servers that need not be asked for again yet.
create table lookup_answers (
  kind text not null,
  question text not null,
  content jsonb not null,
  fetched_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (kind, question)
);
--> statement-breakpoint
create index lookup_answers_expired on lookup_answers (expires_at);
--> statement-breakpoint
-- Servers that said 429, and until when they are left alone.
create table lookup_pauses (
  server text primary key,
  paused_until timestamptz not null
);
