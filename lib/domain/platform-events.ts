/** What the platform is told by an event, so that its own systems can follow: what Postern did beyond an entry. */
export const platformEventKinds = [
  'server_suspended_for_abuse',
  'server_restored_after_abuse',
  'account_suspended_for_abuse',
  'account_restored_after_abuse',
  /** Two members of staff have cancelled it. */
  'account_cancelled_for_abuse',
  /** One admin has closed it in an incident. */
  'account_closed_in_incident',
  /** An admin has taken that back: it is again what the platform says of it. */
  'account_reopened',
] as const;
export type PlatformEventKind = (typeof platformEventKinds)[number];
