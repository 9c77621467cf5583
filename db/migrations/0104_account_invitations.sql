-- Who is invited to an account belongs to it once they have accepted, and not before. The row says nothing of whether the
-- person was known: the account that invites reads an address and that it has invited it.
create table account_invitations (
  id uuid primary key default gen_random_uuid(),
  account_id uuid not null references accounts,
  person_id uuid not null references people,
  role text not null check (role in ('owner', 'member', 'viewer')),
  invited_by uuid not null references people,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  answered_at timestamptz,
  outcome text check (outcome in ('accepted', 'declined', 'withdrawn', 'expired')),
  check ((answered_at is null) = (outcome is null))
);
--> statement-breakpoint
create unique index account_invitations_open on account_invitations (account_id, person_id) where answered_at is null;
--> statement-breakpoint
create index account_invitations_person on account_invitations (person_id) where answered_at is null;
