-- A takeover is over once its request or its entry has ended; those that were left open end here. The clock first, and the
-- entries with it: nodes read in the scope whether one takes a proof.
update entries set revision = 0 where status in ('active', 'suspended') and id in (
  select t.entry_id from takeovers t join entries r on r.id = t.request_id
  where t.ended_at is null and r.status in ('rejected', 'withdrawn', 'removed', 'expired'));
--> statement-breakpoint
update takeovers t set ended_at = now(), outcome = 'called_off'
from entries r, entries h
where t.ended_at is null and r.id = t.request_id and h.id = t.entry_id
  and (r.status in ('rejected', 'withdrawn', 'removed', 'expired')
    or h.status in ('rejected', 'withdrawn', 'removed', 'expired'));
