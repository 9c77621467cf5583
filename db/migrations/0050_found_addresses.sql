-- Find my address: from where something was sent to a server's code. Kept for as long as somebody looks for it.
create table found_addresses (
  id uuid primary key,
  server_id uuid not null references servers,
  address inet not null,
  ehlo text,
  tls text,
  node text,
  seen_at timestamptz not null
);
--> statement-breakpoint
create index found_addresses_server on found_addresses (server_id, seen_at desc);
--> statement-breakpoint
-- The rows of evidence that a decision was made on. They never change, so what was known then stays known.
alter table decisions add column evidence_ids uuid[] not null default '{}';
