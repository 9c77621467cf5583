/** Who may do what: one table, used by pages (to explain a disabled button) and by operations (to refuse). */

export type AccountRole = 'owner' | 'member' | 'viewer';
export type StaffRole = 'support' | 'admin';
/** As whom an API token acts. */
export const tokenScopes = ['account', 'staff', 'platform'] as const;
export type TokenScope = (typeof tokenScopes)[number];

const accountAbilities = {
  request_entry: ['owner', 'member'],
  request_review: ['owner'],
  edit_entry: ['owner', 'member'],
  accept_responsibility: ['owner'],
  answer_question: ['owner'],
  withdraw_entry: ['owner'],
  remove_entry: ['owner'],
  suspend_entry: ['owner'],
  appeal_removal: ['owner'],
  renew_entry: ['owner'],
  use_sandbox: ['owner'],
  manage_domains: ['owner'],
  manage_people: ['owner'],
  manage_tokens: ['owner'],
} as const satisfies Record<string, readonly AccountRole[]>;
export type AccountAbility = keyof typeof accountAbilities;

const staffAbilities = {
  review_requests: ['support', 'admin'],
  manage_entries: ['support', 'admin'],
  view_nodes: ['support', 'admin'],
  view_accounts: ['support', 'admin'],
  view_policy: ['support', 'admin'],
  request_on_behalf: ['support', 'admin'],
  handle_abuse: ['support', 'admin'],
  suspend_account: ['support', 'admin'],
  erase_people: ['admin'],
  change_policy: ['admin'],
  close_account: ['admin'],
  freeze_approvals: ['admin'],
} as const satisfies Record<string, readonly StaffRole[]>;
export type StaffAbility = keyof typeof staffAbilities;

/**
 * Who is looking or acting. A person sees the accounts of their current memberships; a staff member sees all; a
 * platform token sees nothing and may only feed.
 */
export type Viewer = {
  personId: string;
  memberships: { accountId: string; role: AccountRole }[];
  staffRole: StaffRole | null;
};

/** Who reads: a viewer, or whoever runs the operators' command line on the machine itself and sees everything. */
export type Reader = Viewer | 'operator';

/** The role of the viewer in the account, or null: what they may not see does not exist for them. */
export function roleIn(viewer: Viewer, accountId: string): AccountRole | null {
  return viewer.memberships.find((membership) => membership.accountId === accountId)?.role ?? null;
}

export function mayInAccount(viewer: Viewer, accountId: string, ability: AccountAbility): boolean {
  const role = roleIn(viewer, accountId);
  return role !== null && (accountAbilities[ability] as readonly AccountRole[]).includes(role);
}

export function mayInSomeAccount(viewer: Viewer, ability: AccountAbility): boolean {
  return viewer.memberships.some(({ accountId }) => mayInAccount(viewer, accountId, ability));
}

/** Whether a person with these roles may have a token of this scope, whoever makes it. */
export function scopeFits(scope: TokenScope, viewer: Viewer): boolean {
  if (scope === 'account') return viewer.memberships.length > 0;
  return scope === 'staff' ? viewer.staffRole !== null : viewer.staffRole === 'admin';
}

/** Whether they may make one for themselves. */
export function mayMakeToken(scope: TokenScope, viewer: Viewer): boolean {
  return scopeFits(scope, viewer) && (scope !== 'account' || mayInSomeAccount(viewer, 'manage_tokens'));
}

export function mayAsStaff(viewer: Viewer, ability: StaffAbility): boolean {
  return (
    viewer.staffRole !== null && (staffAbilities[ability] as readonly StaffRole[]).includes(viewer.staffRole)
  );
}
