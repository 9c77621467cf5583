-- A server may ask for both: a sign-in and a whitelisted address of its own, together. Nodes read it with the server;
-- a change of it stamps the server's entries, as a change of its status does.
alter table servers add column mail_needs text not null default 'either' check (mail_needs in ('either', 'both'));
--> statement-breakpoint
drop trigger a_tick on servers;
--> statement-breakpoint
drop trigger stamp on servers;
--> statement-breakpoint
drop trigger nudge on servers;
--> statement-breakpoint
drop trigger cascade on servers;
--> statement-breakpoint
create trigger a_tick before insert or update of account_id, slug, status, mail_needs, revision on servers for each statement execute function whitelist_tick();
--> statement-breakpoint
create trigger stamp before insert or update of account_id, slug, status, mail_needs, revision on servers for each row execute function whitelist_stamp();
--> statement-breakpoint
create trigger nudge after insert or update of account_id, slug, status, mail_needs, revision on servers for each statement execute function whitelist_notify();
--> statement-breakpoint
create trigger cascade after update on servers for each row
  when (old.status is distinct from new.status or old.slug is distinct from new.slug
    or old.account_id is distinct from new.account_id or old.mail_needs is distinct from new.mail_needs)
  execute function server_changed();
--> statement-breakpoint
create or replace view node_servers as
  select v.server_id, v.account_id, v.slug, v.sender_domains, v.state, v.reason, v.paid_end as expires_at, v.revision,
    s.mail_needs
  from server_standing v
  join servers s on s.id = v.server_id;
--> statement-breakpoint
-- Nodes of other makers know nothing of sign-ins here: what needs both is not theirs to relay.
create or replace view smtp_whitelist as
  select e.entry_id, e.server_id, e.network, e.state = 'in_force' and s.mail_needs = 'either' as relay, e.revision,
    e.scope, e.expires_at
  from entry_standing e
  join servers s on s.id = e.server_id
  where e.activated_at is not null;
--> statement-breakpoint
-- The hash that the platform brought, once a node has made an argon2id of it: the platform's next feed brings it again.
alter table smtp_credentials add column brought_sha256 text check (brought_sha256 ~ '^[0-9a-f]{64}$');
