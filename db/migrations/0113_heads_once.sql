-- The head of a chain is written once for all events of a statement. Written for each of them, every event of a
-- transaction looked through all the versions of the head that the transaction had left behind: while an account with
-- 20,000 entries was closed, nobody could change anything for minutes.
create or replace function event_chain() returns trigger language plpgsql as $$
declare
  head event_heads;
  before events;
begin
  new.chain := coalesce(new.account_id::text, 'platform');
  new.at := clock_timestamp();
  insert into event_heads (chain, seq, hash) values (new.chain, 0, sha256(convert_to(new.chain, 'UTF8')))
    on conflict (chain) do nothing;
  select * into strict head from event_heads where chain = new.chain for update;
  -- Earlier ones of the same statement. A tail that somebody has cut off is behind the head, and stays missing.
  select * into before from events where chain = new.chain and seq > head.seq order by seq desc limit 1;
  new.seq := coalesce(before.seq, head.seq) + 1;
  new.hash := sha256(coalesce(before.hash, head.hash) || convert_to(event_text(new), 'UTF8'));
  return new;
end $$;
--> statement-breakpoint
create function event_heads_move() returns trigger language plpgsql as $$
begin
  -- From where it stands, and never over a row that it did not bring: that stays a fault for good.
  update event_heads h set seq = l.seq, hash = l.hash
  from (select distinct on (chain) chain, seq, hash, count(*) over (partition by chain) as many
    from added order by chain, seq desc) l
  where h.chain = l.chain and h.seq = l.seq - l.many;
  return null;
end $$;
--> statement-breakpoint
create trigger head after insert on events referencing new table as added
  for each statement execute function event_heads_move();
