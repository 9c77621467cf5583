-- How many entries are in force, counted now and then: counting a hundred thousand for each of two thousand automatic
-- changes would take longer than the changes.
create table fuse_total (
  "only" boolean primary key default true check ("only"),
  in_force integer not null,
  counted_at timestamptz not null
);
