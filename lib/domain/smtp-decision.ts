import type { TlsMode } from './entry-scope.ts';
import { hidesRouting, type Mailbox } from './smtp-path.ts';
import type { SmtpRefusal } from './smtp-replies.ts';

/** What an entry, or the server of a client that signed in, allows. */
export type RelayScope = {
  /** lower case, A-labels; a sender outside them is refused, none listed refuses all */
  readonly senderDomains: ReadonlySet<string>;
  /** null: any */
  readonly recipientDomains: ReadonlySet<string> | null;
  readonly tls: TlsMode;
  /** null: no limit */
  readonly messagesPerHour: number | null;
  readonly recipientsPerMessage: number;
  /** octets */
  readonly messageBytes: number;
  /** until when messages are taken and not delivered, in milliseconds since 1970; null: they are delivered */
  readonly sandboxUntil: number | null;
  /** `both`: the server takes mail from its whitelisted addresses only after a sign-in, and the other way round */
  readonly needs: MailNeeds;
};

/** What lets mail in: a whitelisted address or a sign-in, or only the two of one server together. */
export type MailNeeds = 'either' | 'both';

/** How an address or a sign-in stands on this node now. */
export type Standing =
  | 'none'
  | 'in_force'
  | 'suspended'
  | 'lapsed'
  | 'cancelled'
  | 'removed_for_abuse'
  /** in force, on a server that asks for a sign-in as well */
  | 'sign_in_needed'
  /** signed in, to a server that asks for a whitelisted address as well */
  | 'address_needed';

const refusals: Readonly<Record<Standing, SmtpRefusal | null>> = {
  none: 'not_whitelisted',
  in_force: null,
  suspended: 'suspended',
  lapsed: 'lapsed',
  cancelled: 'cancelled',
  removed_for_abuse: 'removed_for_abuse',
  sign_in_needed: 'sign_in_needed',
  address_needed: 'address_needed',
};

/** Which refusal a standing that is not in force means. @returns null for one in force */
export function standingRefusal(standing: Standing): SmtpRefusal | null {
  return refusals[standing];
}

/**
 * An entry or a subscription that has run out is no longer in force, whatever else was last heard of it.
 * @param expiresAt milliseconds since 1970, null for no end
 */
export function standingAt(standing: Standing, expiresAt: number | null, nowMs: number): Standing {
  return standing === 'in_force' && expiresAt !== null && nowMs >= expiresAt ? 'lapsed' : standing;
}

/** What is known when a recipient is named. */
export type RecipientFacts = {
  readonly standing: Standing;
  /** null where nothing is in force */
  readonly scope: RelayScope | null;
  readonly copyTooOld: boolean;
  readonly encrypted: boolean;
  /** null: the null reverse-path, which the header From has to answer for */
  readonly sender: Mailbox | null;
  readonly recipient: Mailbox;
  /** recipients of this message accepted before */
  readonly accepted: number;
};

/**
 * May mail from this client go to this recipient? Everything but the rate, which is only counted once all else
 * allows. RFC 6409 4.3: authorisation by address replaces AUTH and nothing else, so both come through here.
 * @returns the refusal, null for yes
 */
export function decideRecipient(facts: RecipientFacts): SmtpRefusal | null {
  if (facts.copyTooOld) return 'copy_too_old';
  const refusal = standingRefusal(facts.standing);
  if (refusal !== null || facts.scope === null) return refusal ?? 'not_whitelisted';
  const { scope } = facts;
  if (scope.tls === 'required' && !facts.encrypted) return 'tls_required';
  if (facts.sender !== null && !scope.senderDomains.has(facts.sender.domain)) return 'sender_out_of_scope';
  if (!recipientAllowed(scope, facts.recipient)) return 'recipient_out_of_scope';
  return facts.accepted >= scope.recipientsPerMessage ? 'too_many_recipients' : null;
}

function recipientAllowed(scope: RelayScope, recipient: Mailbox): boolean {
  if (scope.recipientDomains === null) return true;
  // A domain in scope must not be a door to others behind it.
  return scope.recipientDomains.has(recipient.domain) && !hidesRouting(recipient);
}

/** Whether messages are taken and thrown away, as the owner asked for a while. */
export function isSandboxed(scope: RelayScope, nowMs: number): boolean {
  return scope.sandboxUntil !== null && nowMs < scope.sandboxUntil;
}
