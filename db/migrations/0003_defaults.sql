-- What every installation starts with. Operators change the numbers with an UPDATE: nodes follow at once.
insert into plans (id, name, entitled, widest_prefix_v4, widest_prefix_v6, most_entries, default_messages_per_hour) values
  ('paid', 'Paid', true, 29, 64, 250, 1000),
  ('free', 'Free', false, 32, 128, 0, 100);
--> statement-breakpoint
insert into policies (version, content, note) values (1, '{
  "graceDays": 14, "reviewMonths": 12, "lateRenewalDays": 30, "awaitDays": 14, "coolDownDays": 90, "proofDays": 30,
  "secondPersonWiderThanV4": 30, "secondPersonWiderThanV6": 64
}', 'The first policy.');
