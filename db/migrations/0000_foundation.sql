-- Accounts, people, servers, entries, the clock that orders every change, the event chains, and the node inbox.
-- Hand-written: the guarantees of this product live in constraints and triggers, not in a generator's defaults.

create table accounts (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name text not null check (length(name) between 1 and 200),
  status text not null default 'active' check (status in ('active', 'suspended', 'cancelled')),
  as_of timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
--> statement-breakpoint
create table people (
  id uuid primary key default gen_random_uuid(),
  email text,
  name text,
  password_hash text,
  totp_secret text,
  totp_confirmed_at timestamptz,
  totp_last_step bigint,
  time_zone text not null default 'UTC',
  demo boolean not null default false,
  erased_at timestamptz,
  created_at timestamptz not null default now(),
  check (erased_at is null or (email is null and name is null and password_hash is null and totp_secret is null))
);
--> statement-breakpoint
create unique index people_email on people (lower(email)) where erased_at is null;
--> statement-breakpoint
create table memberships (
  id uuid primary key default gen_random_uuid(),
  account_id uuid not null references accounts,
  person_id uuid not null references people,
  role text not null check (role in ('owner', 'member', 'viewer')),
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
--> statement-breakpoint
create unique index memberships_current on memberships (account_id, person_id) where ended_at is null;
--> statement-breakpoint
create index memberships_person on memberships (person_id) where ended_at is null;
--> statement-breakpoint
create table staff (
  person_id uuid primary key references people,
  role text not null check (role in ('support', 'admin')),
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
--> statement-breakpoint
create table invitations (
  id uuid primary key default gen_random_uuid(),
  token_hash bytea not null unique,
  person_id uuid not null references people,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
--> statement-breakpoint
create table sessions (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references people,
  second_factor_at timestamptz,
  address inet,
  user_agent text,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
--> statement-breakpoint
create index sessions_person on sessions (person_id) where revoked_at is null;
--> statement-breakpoint
create table throttles (
  key text primary key,
  failures integer not null default 0,
  window_started_at timestamptz not null,
  blocked_until timestamptz
);
--> statement-breakpoint
create table api_tokens (
  id uuid primary key default gen_random_uuid(),
  token_hash bytea not null unique,
  person_id uuid not null references people,
  name text not null,
  scope text not null check (scope in ('account', 'staff', 'platform')),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
--> statement-breakpoint
create table idempotency_keys (
  token_id uuid not null references api_tokens,
  key text not null,
  request_hash bytea not null,
  status integer,
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (token_id, key)
);
--> statement-breakpoint
create table plans (
  id text primary key,
  name text not null,
  entitled boolean not null,
  widest_prefix_v4 integer not null check (widest_prefix_v4 between 8 and 32),
  widest_prefix_v6 integer not null check (widest_prefix_v6 between 16 and 128),
  most_entries integer not null check (most_entries >= 0),
  default_messages_per_hour integer not null check (default_messages_per_hour > 0)
);
--> statement-breakpoint
create table servers (
  id uuid primary key default gen_random_uuid(),
  account_id uuid not null references accounts,
  slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name text not null,
  status text not null default 'active' check (status in ('active', 'paused', 'suspended', 'cancelled')),
  as_of timestamptz,
  revision bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (id, account_id)
);
--> statement-breakpoint
create index servers_account on servers (account_id);
--> statement-breakpoint
create table subscriptions (
  server_id uuid primary key references servers,
  plan_id text not null references plans,
  status text not null check (status in ('active', 'past_due', 'lapsed', 'cancelled')),
  paid_until timestamptz,
  past_due_since timestamptz,
  updated_at timestamptz not null default now()
);
--> statement-breakpoint
create table sender_domains (
  id uuid primary key default gen_random_uuid(),
  server_id uuid not null references servers,
  domain text not null check (domain = lower(domain)),
  source text not null check (source in ('feed', 'txt')),
  verified_at timestamptz not null default now(),
  ended_at timestamptz
);
--> statement-breakpoint
create unique index sender_domains_current on sender_domains (server_id, domain) where ended_at is null;
--> statement-breakpoint
create table smtp_credentials (
  id uuid primary key default gen_random_uuid(),
  server_id uuid not null references servers,
  username text not null,
  password_hash text not null,
  revision bigint not null default 0,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
--> statement-breakpoint
create unique index smtp_credentials_username on smtp_credentials (lower(username)) where ended_at is null;
--> statement-breakpoint
create index smtp_credentials_server on smtp_credentials (server_id) where ended_at is null;
--> statement-breakpoint
create index smtp_credentials_revision on smtp_credentials (revision);
--> statement-breakpoint
create index servers_revision on servers (revision);
--> statement-breakpoint
create table policies (
  version integer primary key,
  content jsonb not null,
  note text not null default '',
  created_by uuid references people,
  created_at timestamptz not null default now()
);
--> statement-breakpoint
create table blocked_prefixes (
  id uuid primary key default gen_random_uuid(),
  network cidr not null,
  reason text not null,
  expires_at timestamptz,
  created_at timestamptz not null default now()
);
--> statement-breakpoint
create table platform_state (
  "only" boolean primary key default true check ("only"),
  approvals_frozen_at timestamptz,
  approvals_frozen_reason text
);
--> statement-breakpoint
create table entries (
  id uuid primary key default gen_random_uuid(),
  account_id uuid not null references accounts,
  server_id uuid not null,
  network cidr not null,
  status text not null check (status in ('pending', 'in_review', 'waiting', 'active', 'suspended', 'rejected', 'withdrawn', 'removed', 'expired')),
  -- Why it is suspended: each cause is lifted only by its own side. Empty unless suspended.
  suspension_causes text[] not null default '{}' check (suspension_causes <@ array['owner', 'staff', 'abuse', 'drift']),
  -- Why it ended: owner, staff, abuse, account_closed, requirement, no_proof, no_answer, not_renewed, idle …
  end_cause text,
  purpose text not null check (length(purpose) between 1 and 2000),
  label text,
  site text,
  contact text,
  provider text,
  tenure text check (tenure in ('leased', 'owned')),
  lease_end date,
  rarely_sends boolean not null default false,
  critical boolean not null default false,
  attested_static boolean not null,
  attested_dedicated boolean not null,
  -- Scope. A null list of sender domains means: the verified domains of the server, as they are now.
  sender_domains text[],
  recipient_domains text[],
  tls text not null default 'offered' check (tls in ('required', 'offered', 'hidden')),
  messages_per_hour integer check (messages_per_hour > 0),
  recipients_per_message integer not null default 100 check (recipients_per_message between 1 and 1000),
  message_bytes integer not null default 26214400 check (message_bytes between 1024 and 104857600),
  mode text not null default 'enforce' check (mode in ('enforce', 'sandbox')),
  sandbox_until timestamptz,
  wider_scope jsonb,
  proof_generation integer not null default 1,
  proven_at timestamptz,
  checks_completed_at timestamptz,
  review_requested_at timestamptz,
  responsibility_accepted_by uuid references people,
  responsibility_accepted_at timestamptz,
  terms_version text,
  requested_by uuid references people,
  requested_by_staff boolean not null default false,
  sponsor_id uuid references people,
  appeal_of uuid references entries,
  review_by timestamptz,
  activated_at timestamptz,
  ended_at timestamptz,
  revision bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (server_id, account_id) references servers (id, account_id),
  check ((status = 'suspended') = (cardinality(suspension_causes) > 0)),
  check ((status in ('rejected', 'withdrawn', 'removed', 'expired')) = (ended_at is not null)),
  -- No two live entries overlap, not even of one account. A race cannot break an exclusion constraint.
  constraint entries_no_overlap exclude using gist (network inet_ops with &&) where (status in ('active', 'suspended'))
);
--> statement-breakpoint
create unique index entries_one_open_request on entries (account_id, network) where status in ('pending', 'in_review', 'waiting');
--> statement-breakpoint
create index entries_revision on entries (revision);
--> statement-breakpoint
create index entries_server on entries (server_id, status);
--> statement-breakpoint
create index entries_account on entries (account_id, created_at desc);
--> statement-breakpoint
create index entries_status on entries (status, created_at);
--> statement-breakpoint
create index entries_network on entries using gist (network inet_ops);
--> statement-breakpoint
create table evidence (
  id uuid primary key default gen_random_uuid(),
  entry_id uuid not null references entries,
  source text not null,
  outcome text not null,
  facts jsonb not null,
  raw jsonb,
  gathered_at timestamptz not null default now()
);
--> statement-breakpoint
create index evidence_entry on evidence (entry_id, source, gathered_at desc);
--> statement-breakpoint
create table proofs (
  id uuid primary key,
  entry_id uuid not null references entries,
  method text not null check (method in ('sending', 'sign_in', 'http', 'dns')),
  address inet not null,
  proof_generation integer not null,
  ehlo text,
  tls text,
  mail_from text,
  node text,
  seen_at timestamptz not null,
  withdrawn_at timestamptz,
  withdrawn_cause text
);
--> statement-breakpoint
create index proofs_entry on proofs (entry_id, seen_at);
--> statement-breakpoint
create table decisions (
  id uuid primary key default gen_random_uuid(),
  entry_id uuid not null references entries,
  kind text not null check (kind in ('approve', 'reject')),
  person_id uuid not null references people,
  reason text not null,
  overrides text[] not null default '{}',
  entry_revision bigint not null,
  policy_version integer not null,
  requirements jsonb not null,
  created_at timestamptz not null default now()
);
--> statement-breakpoint
create index decisions_entry on decisions (entry_id, created_at);
--> statement-breakpoint
create table thread_messages (
  id uuid primary key default gen_random_uuid(),
  entry_id uuid not null references entries,
  side text not null check (side in ('support', 'account')),
  person_id uuid not null references people,
  body text not null check (length(body) between 1 and 5000),
  created_at timestamptz not null default now()
);
--> statement-breakpoint
create index thread_messages_entry on thread_messages (entry_id, created_at);
--> statement-breakpoint
create table sightings (
  server_id uuid not null references servers,
  address inet not null,
  day date not null,
  sign_ins integer not null,
  primary key (address, server_id, day)
);
--> statement-breakpoint
create table nodes (
  name text primary key,
  region text,
  generation uuid,
  revision bigint,
  entries integer,
  hash text,
  started_at timestamptz,
  enforced_at timestamptz,
  lag_ms double precision,
  last_seen_at timestamptz not null,
  retired_at timestamptz
);
--> statement-breakpoint
create table node_reports (
  id uuid primary key,
  node text not null,
  kind text not null,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  processed_at timestamptz,
  failure text
);
--> statement-breakpoint
create index node_reports_open on node_reports (created_at) where processed_at is null;
--> statement-breakpoint
create table whitelist_clock (
  "only" boolean primary key default true check ("only"),
  generation uuid not null default gen_random_uuid(),
  revision bigint not null default 0
);
--> statement-breakpoint
insert into whitelist_clock default values;
--> statement-breakpoint
create table whitelist_heartbeat (
  "only" boolean primary key default true check ("only"),
  at timestamptz not null default now()
);
--> statement-breakpoint
insert into whitelist_heartbeat default values;
--> statement-breakpoint
insert into platform_state default values;
--> statement-breakpoint
-- When each revision was made: the portal tells from it how long a change took to be enforced. Kept short by a job.
create table revision_times (
  revision bigint primary key,
  at timestamptz not null
);
--> statement-breakpoint
create table event_heads (
  chain text primary key,
  seq bigint not null,
  hash bytea not null
);
--> statement-breakpoint
create table events (
  chain text not null,
  seq bigint not null,
  id uuid not null default gen_random_uuid() unique,
  at timestamptz not null,
  kind text not null,
  account_id uuid references accounts,
  entry_id uuid references entries,
  server_id uuid references servers,
  actor_kind text not null check (actor_kind in ('person', 'staff', 'system', 'platform', 'node')),
  actor_id uuid,
  -- Explicit text: what is hashed is what is stored, whatever a later version of jsonb prints.
  content text not null,
  -- sha256(salt || private text); the text itself can be erased without breaking the chain.
  commitment bytea,
  hash bytea not null,
  primary key (chain, seq)
);
--> statement-breakpoint
create index events_entry on events (entry_id, at);
--> statement-breakpoint
create index events_account on events (account_id, at);
--> statement-breakpoint
create table event_private (
  event_id uuid primary key references events (id),
  person_id uuid,
  salt bytea not null,
  content text not null
);
