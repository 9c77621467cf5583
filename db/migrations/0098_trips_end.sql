-- A trip of the fuse ends by itself when nothing of what it held is called for any more: nobody has decided about it.
alter table fuse_trips drop constraint fuse_trips_decision_check;
--> statement-breakpoint
alter table fuse_trips add constraint fuse_trips_decision_check check (decision in ('applied', 'discarded', 'no_longer'));
--> statement-breakpoint
-- Until now it stayed open, and whatever came later joined it without a word.
update fuse_trips t set decision = 'no_longer', decided_at = now()
where t.decided_at is null
  and not exists (select from fuse_items i where i.trip_id = t.id and i.ended_at is null and i.released_at is null);
--> statement-breakpoint
-- What the ladder and what drift would do to an entry are two things: one going away takes the other not with it.
update fuse_items set subject = 'drift:' || (action ->> 'entryId')
where ended_at is null and action ->> 'kind' = 'drift' and subject = 'entry:' || (action ->> 'entryId');
