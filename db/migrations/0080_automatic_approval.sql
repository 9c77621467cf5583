-- A decision may be the system's own, where the policy lets it approve what meets every requirement: nobody's name is
-- on it then. What a person decides still names them: the events say who.
alter table decisions alter column person_id drop not null;
alter table decisions add constraint decisions_by_system check (person_id is not null or kind = 'approve');

-- The last look at a request for such an approval, and what kept it from one. It is looked at again when it or the
-- policy has changed.
create table automatic_looks (
  entry_id uuid primary key references entries (id),
  entry_revision bigint not null,
  policy_version integer not null,
  outcome text not null,
  looked_at timestamptz not null
);
