/**
 * What the platform says of an account or a server, and what we have decided about it: two facts, each lifted only by
 * its own side. What everybody reads is the graver of both. Pure.
 */

export type AccountStatus = 'active' | 'suspended' | 'cancelled';
/** What the platform may say of a server: it does not suspend one for abuse. */
export type ServerWord = 'active' | 'paused' | 'cancelled';
export type ServerStatus = ServerWord | 'suspended';
export type SubscriptionStatus = 'active' | 'past_due' | 'lapsed' | 'cancelled';

/** What we have decided about an account, and since when. */
export type AccountSanctions = { suspendedForAbuseAt: Date | null; cancelledByStaffAt: Date | null };

/** The platform's own word, kept apart only while something of ours stands over it. */
export function accountWord(row: {
  status: AccountStatus;
  platformStatus: AccountStatus | null;
}): AccountStatus {
  return row.platformStatus ?? row.status;
}

export function accountStanding(
  word: AccountStatus,
  { suspendedForAbuseAt, cancelledByStaffAt }: AccountSanctions,
): AccountSanctions & { status: AccountStatus; platformStatus: AccountStatus | null } {
  const sanctions = { suspendedForAbuseAt, cancelledByStaffAt };
  if (cancelledByStaffAt !== null) return { ...sanctions, status: 'cancelled', platformStatus: word };
  if (suspendedForAbuseAt === null) return { ...sanctions, status: word, platformStatus: null };
  return { ...sanctions, status: word === 'cancelled' ? word : 'suspended', platformStatus: word };
}

/** The same of a server. */
export function serverWord(row: { status: ServerStatus; platformStatus: ServerWord | null }): ServerWord {
  if (row.platformStatus !== null) return row.platformStatus;
  return row.status === 'suspended' ? 'active' : row.status;
}

export function serverStanding(
  word: ServerWord,
  suspendedForAbuseAt: Date | null,
): { status: ServerStatus; platformStatus: ServerWord | null; suspendedForAbuseAt: Date | null } {
  if (suspendedForAbuseAt === null) return { status: word, platformStatus: null, suspendedForAbuseAt };
  const status = word === 'cancelled' ? word : 'suspended';
  return { status, platformStatus: word, suspendedForAbuseAt };
}
