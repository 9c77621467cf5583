-- What takes an entry out of force is announced, before the nudge that any change is: which entry, and what it is now. A
-- node closes it on that, and reads afterwards what else has happened: it need not wait until a whole fleet has asked the
-- one database. An announcement only ever closes, for as long as it takes to read: NOTIFY asks for no rights, so that
-- anybody who may connect could send one.
create function whitelist_announce_end() returns trigger language plpgsql as $$
begin
  perform pg_notify('whitelist_ended', new.id || ' ' || case
    when new.status = 'suspended' then 'suspended'
    when new.status = 'removed' and new.end_cause = 'abuse' then 'removed_abuse'
    else 'ended'
  end);
  return null;
end $$;
--> statement-breakpoint
create trigger announce_end after update on entries for each row
  when (old.status = 'active' and new.status <> 'active') execute function whitelist_announce_end();
