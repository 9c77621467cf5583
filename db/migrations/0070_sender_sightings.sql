-- Which sender domains came from which address, day by day, as nodes saw them: evidence of who uses an address.
create table sender_sightings (
  address inet not null,
  domain text not null,
  day date not null,
  taken integer not null,
  refused integer not null,
  primary key (address, domain, day)
);
--> statement-breakpoint
create index sender_sightings_network on sender_sightings using gist (address inet_ops);
--> statement-breakpoint
create index sender_sightings_age on sender_sightings using brin (day);
