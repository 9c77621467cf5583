/** Every kind of notification mail: to whom it matters how much, and what a person may choose about it. One table. */

/** What a person switches as one. Mail that protects (grade `urgent`) is in a group too, and comes whatever is chosen. */
export const mailGroups = ['requests', 'force', 'renewals', 'abuse', 'access', 'queue', 'platform'] as const;
export type MailGroup = (typeof mailGroups)[number];

/**
 * `urgent`: at once, cannot be turned off. `normal`: at once unless chosen otherwise. `low`: at once to those whom it
 * concerns (who asked, who stands for the entry), in the daily digest to the others.
 */
export type MailGrade = 'urgent' | 'normal' | 'low';

/** `account` mail goes to people of one account, `staff` mail to staff, `person` mail to somebody about themselves. */
export type MailAudience = 'account' | 'staff' | 'person';

type Kind = { audience: MailAudience; group: MailGroup; grade: MailGrade };

export const mailKinds = {
  received: { audience: 'account', group: 'requests', grade: 'low' },
  owner_needed: { audience: 'account', group: 'requests', grade: 'normal' },
  question: { audience: 'account', group: 'requests', grade: 'normal' },
  proof_seen: { audience: 'account', group: 'requests', grade: 'low' },
  proof_missing: { audience: 'account', group: 'requests', grade: 'normal' },
  proof_lost: { audience: 'account', group: 'requests', grade: 'normal' },
  approved: { audience: 'account', group: 'requests', grade: 'normal' },
  rejected: { audience: 'account', group: 'requests', grade: 'normal' },
  expired: { audience: 'account', group: 'requests', grade: 'normal' },
  scope_decided: { audience: 'account', group: 'requests', grade: 'normal' },
  lapse_soon: { audience: 'account', group: 'force', grade: 'urgent' },
  out_of_force: { audience: 'account', group: 'force', grade: 'urgent' },
  back_in_force: { audience: 'account', group: 'force', grade: 'normal' },
  account_standing: { audience: 'account', group: 'force', grade: 'urgent' },
  removed: { audience: 'account', group: 'force', grade: 'urgent' },
  takeover: { audience: 'account', group: 'force', grade: 'urgent' },
  sender_domain: { audience: 'account', group: 'force', grade: 'urgent' },
  renew: { audience: 'account', group: 'renewals', grade: 'normal' },
  idle: { audience: 'account', group: 'renewals', grade: 'normal' },
  warned: { audience: 'account', group: 'abuse', grade: 'urgent' },
  throttled: { audience: 'account', group: 'abuse', grade: 'urgent' },
  owner_added: { audience: 'account', group: 'access', grade: 'urgent' },
  invitation: { audience: 'person', group: 'access', grade: 'urgent' },
  token_created: { audience: 'person', group: 'access', grade: 'urgent' },
  access_changed: { audience: 'person', group: 'access', grade: 'urgent' },
  role_changed: { audience: 'person', group: 'access', grade: 'urgent' },
  answer: { audience: 'staff', group: 'queue', grade: 'normal' },
  queue_digest: { audience: 'staff', group: 'queue', grade: 'normal' },
  next_hop_down: { audience: 'staff', group: 'platform', grade: 'urgent' },
  nodes_disagree: { audience: 'staff', group: 'platform', grade: 'urgent' },
  fuse: { audience: 'staff', group: 'platform', grade: 'urgent' },
  abuse_call: { audience: 'staff', group: 'platform', grade: 'urgent' },
  mail_failed: { audience: 'staff', group: 'platform', grade: 'urgent' },
} as const satisfies Record<string, Kind>;

export type MailKind = keyof typeof mailKinds;
/** What a digest is made of is decided kind by kind; the digest itself is nobody's choice. */
export type TemplateKind = MailKind | 'digest';
type OfAudience<Audience extends MailAudience> = {
  [K in MailKind]: (typeof mailKinds)[K]['audience'] extends Audience ? K : never;
}[MailKind];
export type AccountMailKind = OfAudience<'account'>;
export type StaffMailKind = OfAudience<'staff'>;
export type PersonMailKind = OfAudience<'person'>;

export function isMailKind(text: string): text is MailKind {
  return Object.hasOwn(mailKinds, text);
}

export function isMailGroup(text: string): text is MailGroup {
  return (mailGroups as readonly string[]).includes(text);
}

/** What a person chooses for a group. */
export const mailChoices = ['at_once', 'daily', 'off'] as const;
export type MailChoice = (typeof mailChoices)[number];

/**
 * How a kind reaches a person.
 * @param choice what the person chose for the kind's group, null where nothing was chosen
 * @param concerned whether it is the person's own request or entry
 */
export function deliveryOf(kind: MailKind, choice: MailChoice | null, concerned: boolean): MailChoice {
  const { grade }: Kind = mailKinds[kind];
  if (grade === 'urgent') return 'at_once';
  if (choice !== null) return choice;
  return grade === 'low' && !concerned ? 'daily' : 'at_once';
}

/** Whether the person may turn this kind off: such mail says how. */
export function mayBeTurnedOff(kind: TemplateKind): boolean {
  return kind === 'digest' || mailKinds[kind].grade !== 'urgent';
}

/** The groups in which an audience has something to choose, in the table's order. */
export function choosableGroups(audience: MailAudience): MailGroup[] {
  const kinds: readonly Kind[] = Object.values(mailKinds);
  return mailGroups.filter((group) =>
    kinds.some((kind) => kind.group === group && kind.audience === audience && kind.grade !== 'urgent'),
  );
}
