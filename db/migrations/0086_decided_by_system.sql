-- The system refuses, too, where the evidence makes a requirement certain to fail. That decision keeps its evidence and
-- its version of the policy like any other.
alter table decisions drop constraint decisions_by_system;
