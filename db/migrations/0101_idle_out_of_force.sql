-- Time out of force is no silence. Since when an entry is out of it, as the job that looks every hour has seen it; back in
-- force, what it was out is added to the moment from which its silence counts.
alter table entry_activity add column out_of_force_since timestamptz;
