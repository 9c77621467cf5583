-- What the platform says of an account or a server, and what we have decided about it, are two facts. `status` stays what
-- everybody reads: the graver of both. While a decision of ours stands, `platform_status` keeps what the platform says,
-- so that its feed lifts nothing of ours, and lifting ours uncovers what the platform says by then.
alter table accounts add column platform_status text check (platform_status in ('active', 'suspended', 'cancelled'));
--> statement-breakpoint
alter table accounts add column cancelled_by_staff_at timestamptz;
--> statement-breakpoint
alter table servers add column platform_status text check (platform_status in ('active', 'paused', 'cancelled'));
--> statement-breakpoint
alter table servers add column suspended_for_abuse_at timestamptz;
--> statement-breakpoint
-- Until now one column held both words. What was suspended for abuse was active before; what staff closed and is
-- cancelled now is still closed.
update accounts set platform_status = case when status = 'suspended' then 'active' else status end
where suspended_for_abuse_at is not null;
--> statement-breakpoint
update accounts a set platform_status = 'active', cancelled_by_staff_at = closed.at
from (select account_id, max(at) as at from events where kind = 'account_closed' group by account_id) closed
where a.id = closed.account_id and a.status = 'cancelled';
--> statement-breakpoint
update servers set suspended_for_abuse_at = status_since, platform_status = 'active' where status = 'suspended';
--> statement-breakpoint
update servers s set suspended_for_abuse_at = s.status_since, platform_status = 'cancelled'
where s.status = 'cancelled' and (
  select e.kind from events e
  where e.account_id = s.account_id and e.server_id = s.id and e.kind in ('server_suspended', 'server_restored')
  order by e.at desc limit 1
) = 'server_suspended';
--> statement-breakpoint
alter table accounts add check (
  (platform_status is null) = (suspended_for_abuse_at is null and cancelled_by_staff_at is null)
);
--> statement-breakpoint
alter table accounts add check (platform_status is null or status = case
  when cancelled_by_staff_at is not null or platform_status = 'cancelled' then 'cancelled'
  else 'suspended'
end);
--> statement-breakpoint
alter table servers add check ((platform_status is null) = (suspended_for_abuse_at is null));
--> statement-breakpoint
alter table servers add check (platform_status is null or status = case
  when platform_status = 'cancelled' then 'cancelled'
  else 'suspended'
end);
