-- A person may say which entry a report is about where nothing in it does for certain.
alter table abuse_reports drop constraint abuse_reports_mapped_by_check;
--> statement-breakpoint
alter table abuse_reports add constraint abuse_reports_mapped_by_check check (mapped_by in ('attribution', 'source_ip', 'person'));
--> statement-breakpoint
create index if not exists signals_report on signals (report_id) where report_id is not null;
