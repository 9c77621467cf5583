import type { SignalWhat } from './abuse-signals.ts';
import type { TlsMode } from './entry-scope.ts';
import type { FuseCause, FuseEffect } from './fuse.ts';
import type { TemplateKind } from './mail-kinds.ts';
import type { AccountRole, StaffRole, TokenScope } from './permissions.ts';
import type { ProofKind } from './policy.ts';

/** What a notification mail is made from: values of the moment, in JSON. Words, links and secrets come later. */

/** ISO 8601, UTC. */
export type Moment = string;

/** What the entry was when it happened. */
export type MailEntry = {
  id: string;
  /** As people write it, without `/32`. */
  network: string;
  label: string | null;
  /** Slug of its server. */
  server: string;
};

/** The entry that a mail is about, with what its proof needs. */
export type MailSubjectEntry = MailEntry & {
  proofGeneration: number;
  /** From how many different addresses it has to be proven. */
  addressesNeeded: number;
  /** Domains that the sender of a proof must be at. */
  senderDomains: string[];
  /** Name of the person who asked for it, or their e-mail address. */
  requestedBy: string | null;
};

export type MailAccount = { slug: string; name: string };

/** Entries that one mail lists: the first ones, and how many there are in all. Null: it is about its one entry. */
export type MailEntries = { entries: MailEntry[]; total: number };

/** Why an entry is not in force: the reasons of the entry's standing, and what the clock alone ends. */
export const forceCauses = [
  'subscription_lapsed',
  'subscription_unpaid',
  'subscription_cancelled',
  'plan_not_entitled',
  'server_paused',
  'server_suspended',
  'server_cancelled',
  'account_suspended',
  'account_cancelled',
  'renewal_overdue',
  'owner',
  'staff',
  'abuse',
  'drift',
] as const;
export type ForceCause = (typeof forceCauses)[number];

export type MailScope = {
  senderDomains: string[];
  recipientDomains: string[] | null;
  tls: TlsMode;
  messagesPerHour: number;
  recipientsPerMessage: number;
  messageBytes: number;
};

/** One message as owners may see it: enough to find the device, nothing to read. Made by `redactSample`. */
export type RedactedSample = { at: Moment; sender: string; recipient: string; subject: string };

/** What was counted: a complaint, a spam verdict, a bounce. */
export type MailSignal = {
  what: SignalWhat;
  count: number;
};

/** `days`: until `reviewBy`, when the reminder was written. `leaseEnd` is `YYYY-MM-DD`. */
export type RenewItem = MailEntry & {
  reviewBy: Moment;
  leaseEnd: string | null;
  days: number;
  /** Taken over from a list that was kept by hand, and never attested here. */
  inherited?: boolean;
  /** By its owner: it has to be resumed before it can be renewed. */
  paused?: boolean;
};

export type DigestItem = { kind: TemplateKind; at: Moment; content: MailContent };

/** `total`: how many there are, where there are more than are named. */
export type Counted<Item> = { items: Item[]; total?: number };

export type MailValues = {
  received: {
    purpose: string;
    /** Nobody who may has accepted responsibility yet. */
    needsOwner: boolean;
    /** When the request ends by itself. */
    endsAt: Moment;
  };
  /** Who had accepted responsibility for the request is no owner any more. */
  owner_needed: Record<string, never>;
  question: { question: string; endsAt: Moment };
  proof_seen: {
    method: ProofKind;
    address: string;
    at: Moment;
    ehlo: string | null;
    tls: string | null;
    /** False while another address has to prove as well. */
    complete: boolean;
  };
  proof_missing: { day: number; endsAt: Moment };
  /** `live`: it had been approved by then. */
  proof_lost: { live: boolean };
  approved: { reason: string; reviewBy: Moment | null; scope: MailScope };
  /** `failure`: the system refused, as a requirement is certain to fail; then nobody has given a reason in words. */
  rejected: { reason: string; failure?: { requirement: string; code: string } };
  /** `withdrawn`: a request, by somebody else of the account than who asked. */
  expired: { cause: 'no_proof' | 'no_answer' | 'not_renewed' | 'idle' | 'withdrawn' };
  /** What was asked for beyond what a live entry may send. */
  scope_decided: { granted: boolean; reason: string };
  lapse_soon: MailEntries & { server: string; endsAt: Moment; days: number };
  out_of_force: {
    cause: ForceCause;
    reason: string | null;
    listed: MailEntries | null;
    /** Where a renewal is overdue: when the first of them expires for good. */
    expiresAt?: Moment | null;
  };
  /** `cause` is what had taken it out of force. */
  back_in_force: { cause: ForceCause; reason: string | null; listed: MailEntries | null };
  /** What staff, or abuse, has made of a whole account or server, where no mail about its addresses says so. */
  account_standing: {
    standing: 'closed' | 'reopened' | 'suspended' | 'restored';
    /** Slug of the server; null: the account. */
    server: string | null;
    /** Null where no person has given one. */
    reason: string | null;
    /** What ended with it, where it was closed. */
    removed: MailEntries;
    rejected: MailEntries;
  };
  removed: {
    cause: 'owner' | 'staff' | 'abuse' | 'account_closed' | 'takeover';
    reason: string;
    signals: MailSignal[];
    samples: RedactedSample[];
    /** Until when a new request of this account is refused, where it is. */
    coolDownUntil: Moment | null;
  };
  /** Until when its holder is asked; null: no more, it stays theirs. */
  takeover: { until: Moment | null };
  renew: Counted<RenewItem>;
  idle: { day: number; lastMessageAt: Moment | null; endsAt: Moment };
  warned: { signals: MailSignal[]; since: Moment };
  throttled: { signals: MailSignal[]; since: Moment; messagesPerHour: number; until: Moment | null };
  /**
   * The TXT record of a sender domain is missing, and until when; null: the domain has ended for that. `silent`: nobody
   * can tell, for its name servers do not answer, and nothing ends.
   */
  sender_domain: {
    domain: string;
    server: string;
    recordName: string;
    endsAt: Moment | null;
    silent?: true;
  };
  owner_added: { email: string; name: string | null; by: string | null };
  invitation: {
    role: AccountRole | StaffRole;
    invitedBy: string | null;
    /** They belong to the account only once they have accepted. */
    accept?: boolean;
  };
  token_created: {
    name: string;
    scope: TokenScope;
    expiresAt: Moment | null;
    from: string | null;
  };
  /** The person's own way to sign in. What is `reset` was taken away by support, and their API tokens with it. */
  access_changed: {
    change:
      | 'password_changed'
      | 'authenticator_added'
      | 'authenticator_removed'
      | 'password_reset'
      | 'authenticator_reset'
      | 'both_reset';
    at: Moment;
    /** Null where nobody at a browser did it. */
    from: string | null;
    /** How many API tokens were revoked. */
    tokens: number;
  };
  /**
   * What somebody else has made of a person's membership. The account by its name here and not as the mail's own: who
   * has just been removed from it is to read this.
   */
  role_changed: {
    /** Null: the platform's staff. */
    account: string | null;
    /** Null: they belong to it no longer. */
    role: 'owner' | 'member' | 'viewer' | 'support' | 'admin' | null;
    /** Who did it; null: the platform. */
    by: string | null;
  };
  /** `holder`: not to a question about the request, but by who holds the address and was asked before a takeover. */
  answer: { answer: string; by: string | null; holder?: true };
  queue_digest: {
    inReview: number;
    waitingForProof: number;
    waitingForAnswer: number;
    oldest: (MailEntry & { account: string; since: Moment })[];
  };
  nodes_disagree: {
    nodes: { name: string; revision: number; entries: number; hash: string }[];
    at: Moment;
  };
  next_hop_down: { hop: string; since: Moment; reason: string; waiting: number };
  fuse: {
    cause: FuseCause;
    /** Missing in what was kept by an earlier version: all of it was told as if it were still to come. */
    effect?: FuseEffect;
    gone?: number;
    minutes?: number;
    /** What had gone already, and what was held first. */
    affected: number;
    limit: number;
    /** In force before those minutes. */
    total: number;
    at: Moment;
  };
  /**
   * What the ladder does not do by itself: a step that a critical entry is spared, or suspending an account. And a proof
   * that was taken back when the entry was live already.
   */
  abuse_call:
    | { about: 'entry'; entry: MailEntry; account: string; calledFor: 'suspended' | 'removed' }
    | { about: 'spared'; entry: MailEntry; account: string; why: 'drift' | 'idle' | 'server' | 'domain' }
    | {
        about: 'proof';
        entry: MailEntry;
        account: string;
        outcome: 'suspended' | 'held' | 'stays' | 'proven_anew';
      }
    /** Whose name servers have not answered for days. */
    | { about: 'domain'; domain: string; server: string; account: string; slug: string }
    | { about: 'account'; account: string; removals: number; days: number }
    /** To cancel the account, which takes a second person. */
    | { about: 'cancellation'; account: string; by: string | null; reason: string };
  mail_failed: Counted<{ kind: string; to: string; reason: string; at: Moment }>;
  digest: Counted<DigestItem>;
};

/** What a row of the outbox holds. Only the parts that the kind has are there. */
export type MailContent<Kind extends TemplateKind = TemplateKind> = {
  account: MailAccount | null;
  entry: MailSubjectEntry | null;
  values: MailValues[Kind];
};

/** How many things a mail is about, also those that it does not name. */
export function totalOf({ items, total }: Counted<unknown>): number {
  return total ?? items.length;
}
