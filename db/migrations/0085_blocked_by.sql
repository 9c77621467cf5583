-- Who blocked a network, for the page that shows why. An opaque id, like everywhere.
alter table blocked_prefixes add column created_by uuid references people (id);
