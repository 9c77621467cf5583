-- Entries that nobody sends from expire. When their owners were last warned of it: none expires without that, whatever
-- mail they have turned off and however long the jobs stood still. And from when on silence counts, where a person said
-- that what looked like silence was none.
alter table entry_activity add column idle_warned_at timestamptz;
--> statement-breakpoint
alter table entry_activity add column silence_from timestamptz;
--> statement-breakpoint
-- Nodes that do not report make everybody look silent: the fuse holds what silence would bring to many.
alter table fuse_counts drop constraint fuse_counts_cause_check;
--> statement-breakpoint
alter table fuse_counts add constraint fuse_counts_cause_check check (cause in ('ladder', 'drift', 'feed', 'idle'));
--> statement-breakpoint
alter table fuse_trips drop constraint fuse_trips_cause_check;
--> statement-breakpoint
alter table fuse_trips add constraint fuse_trips_cause_check check (cause in ('ladder', 'drift', 'feed', 'idle'));
