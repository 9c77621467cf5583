import type { RefusalCode } from './refusal-codes.ts';

/**
 * Every refusal that an SMTP client can be given, as data: reply code (RFC 5321 4.2), enhanced status
 * code (RFC 3463) and what it says. The private reason is no part of a reply: it goes to the log,
 * with the reference that the client sees.
 */
type RefusalReply = { readonly code: number; readonly enhanced: string; readonly text: string };

/** Rules that are said over SMTP; the other refusal codes are requirements of the policy. */
export type SmtpRefusal = keyof typeof smtpRefusals;

export const smtpRefusals = {
  not_whitelisted: {
    code: 530,
    enhanced: '5.7.0',
    text: 'Authentication required: this address is not whitelisted',
  },
  suspended: { code: 550, enhanced: '5.7.1', text: 'The whitelisting of this address is suspended' },
  removed_for_abuse: {
    code: 550,
    enhanced: '5.7.1',
    text: 'This address was removed from the whitelist because of abuse',
  },
  lapsed: {
    code: 451,
    enhanced: '4.7.0',
    text: 'The service for this sender is paused, or its subscription or whitelisting has run out',
  },
  cancelled: { code: 550, enhanced: '5.7.1', text: 'The service for this sender has ended' },
  sign_in_needed: {
    code: 530,
    enhanced: '5.7.0',
    text: 'Authentication required: mail from this whitelisted address is taken only after signing in',
  },
  address_needed: {
    code: 550,
    enhanced: '5.7.1',
    text: 'The sign-in is right, but mail of this server is taken only from its whitelisted addresses',
  },
  denied_by_node: { code: 554, enhanced: '5.7.1', text: 'This network is refused' },
  sender_out_of_scope: {
    code: 550,
    enhanced: '5.7.1',
    text: 'The sender address is not of a domain that may be used from here',
  },
  header_from_out_of_scope: {
    code: 550,
    enhanced: '5.7.1',
    text: 'The From header must name exactly addresses of domains that may be used from here',
  },
  header_malformed: {
    code: 550,
    enhanced: '5.7.1',
    text: 'The message header cannot be read with certainty',
  },
  recipient_out_of_scope: {
    code: 550,
    enhanced: '5.7.1',
    text: 'Mail from here may not be sent to this recipient',
  },
  proof_sender: {
    code: 550,
    enhanced: '5.7.1',
    text: 'A proof needs a sender address of a verified domain of the server',
  },
  tls_required: { code: 530, enhanced: '5.7.0', text: 'Encryption is required: use STARTTLS first' },
  rate_exceeded: { code: 451, enhanced: '4.7.0', text: 'Too many messages within the hour, try again later' },
  held_by_node: {
    code: 451,
    enhanced: '4.7.0',
    text: 'Mail from here is held back for now, because of what came before it; try again later',
  },
  too_many_recipients: { code: 452, enhanced: '4.5.3', text: 'Too many recipients for one message' },
  message_too_large: { code: 552, enhanced: '5.3.4', text: 'The message is too large' },
  header_too_large: { code: 552, enhanced: '5.3.4', text: 'The message header is too large' },
  mail_loop: { code: 554, enhanced: '5.4.6', text: 'Too many hops: the message is in a loop' },
  credentials_wrong: { code: 535, enhanced: '5.7.8', text: 'User name or password is wrong' },
  credentials_not_checked: {
    code: 454,
    enhanced: '4.7.0',
    text: 'User name and password cannot be checked now, try again later',
  },
  auth_before_tls: { code: 538, enhanced: '5.7.11', text: 'Sign in only after STARTTLS' },
  auth_syntax: { code: 501, enhanced: '5.5.2', text: 'The sign-in was cancelled or cannot be read' },
  mechanism_unknown: { code: 504, enhanced: '5.5.4', text: 'Only AUTH PLAIN and AUTH LOGIN are offered' },
  auth_refused: { code: 503, enhanced: '5.5.1', text: 'AUTH is not possible now' },
  tls_not_available: { code: 454, enhanced: '4.7.0', text: 'TLS is not available now' },
  copy_too_old: { code: 451, enhanced: '4.3.0', text: 'This cannot be decided now, try again later' },
  report_not_kept: {
    code: 451,
    enhanced: '4.3.0',
    text: 'The proof cannot be recorded now, try again later',
  },
  internal_error: { code: 451, enhanced: '4.3.0', text: 'A temporary error, try again later' },
  next_hop_away: {
    code: 451,
    enhanced: '4.4.1',
    text: 'The next mail system does not answer, try again later',
  },
  next_hop_refused: { code: 550, enhanced: '5.0.0', text: 'The next mail system has refused this' },
  removed_while_open: {
    code: 421,
    enhanced: '4.7.0',
    text: 'The whitelisting of this address is no longer in force',
  },
  sign_in_ended: {
    code: 421,
    enhanced: '4.7.0',
    text: 'The user or password of this connection has been changed, sign in again',
  },
  command_bytes: {
    code: 500,
    enhanced: '5.5.2',
    text: 'A command line is too long, holds NUL, or does not end in CR LF',
  },
  body_bytes: {
    code: 554,
    enhanced: '5.6.0',
    text: 'The message holds NUL, a line that is too long, or CR or LF alone',
  },
  stuffed_bytes: {
    code: 554,
    enhanced: '5.5.1',
    text: 'Data was sent before the reply that it must wait for',
  },
  http_on_port: { code: 500, enhanced: '5.5.2', text: 'This is an SMTP server' },
  command_unknown: { code: 500, enhanced: '5.5.2', text: 'Command not recognised' },
  command_syntax: { code: 501, enhanced: '5.5.4', text: 'The command cannot be read' },
  command_order: { code: 503, enhanced: '5.5.1', text: 'Not the command that is expected here' },
  no_valid_recipients: { code: 503, enhanced: '5.5.1', text: 'No recipient was accepted' },
  parameter_unknown: { code: 555, enhanced: '5.5.4', text: 'A parameter is not known or not allowed here' },
  sender_syntax: {
    code: 501,
    enhanced: '5.1.7',
    text: 'The sender address cannot be read, or is beyond ASCII and came without SMTPUTF8',
  },
  recipient_syntax: {
    code: 501,
    enhanced: '5.1.3',
    text: 'The recipient address cannot be read, or is beyond ASCII and came without SMTPUTF8',
  },
  too_many_errors: { code: 421, enhanced: '4.7.0', text: 'Too many errors' },
  too_many_connections: { code: 421, enhanced: '4.7.0', text: 'Too many connections, try again later' },
  too_many_commands: { code: 421, enhanced: '4.7.0', text: 'Too many commands without a message' },
  too_busy: { code: 421, enhanced: '4.3.2', text: 'The service is too busy, try again later' },
  time_out: { code: 421, enhanced: '4.4.2', text: 'Nothing was received for too long' },
  shutting_down: { code: 421, enhanced: '4.3.2', text: 'The service is being restarted, try again' },
} as const satisfies { readonly [Code in RefusalCode]?: RefusalReply };

/** What a refusal names besides its own words. */
export type RefusalFacts = {
  /** `PX-…` */
  readonly reference: string;
  /** the client's own address, null where it has none */
  readonly address: string | null;
  /** public address of the portal without a slash at its end */
  readonly portalUrl: string;
};

/** RFC 5321 4.5.3.1.5: 512 octets with the CR LF. */
const longestReply = 510;

/**
 * @returns one reply line without CR LF, of at most 510 octets: code, enhanced code, reference, words,
 * the client's address, the page. Where a long portal address leaves no room, the words are cut first.
 */
export function refusalReply(rule: SmtpRefusal, facts: RefusalFacts): string {
  const { code, enhanced, text } = smtpRefusals[rule];
  return replyLine(code, enhanced, text, facts);
}

/** RFC 3463 codes that a next hop gives and what they mean to the sender; its own words stay private. */
const passedOnTexts: Readonly<Record<string, string>> = {
  '1.1': 'This mailbox does not exist',
  '1.2': 'The domain of this recipient does not exist',
  '1.3': 'The recipient address is not valid',
  '1.6': 'This mailbox has moved',
  '1.10': 'The domain of this recipient takes no mail',
  '2.1': 'This mailbox is disabled',
  '2.2': 'This mailbox is full',
  '3.4': 'The message is too large for the next mail system',
  '6.3': 'The next mail system takes no 8-bit messages',
  '6.7': 'The next mail system does not take addresses beyond ASCII',
  '7.1': 'The next mail system does not permit this',
};

/**
 * The reply for what the next hop refused: its own code, passed on (RFC 5321 4.2 classes 4 and 5 only).
 * @param code reply code of the next hop
 * @param enhanced its enhanced status code, null where it gave none
 */
export function passedOnReply(code: number, enhanced: string | null, facts: RefusalFacts): string {
  const status = Math.floor(code / 100);
  const subject = enhanced?.startsWith(`${status}.`) ? enhanced.slice(2) : '0.0';
  const text = passedOnTexts[subject] ?? smtpRefusals.next_hop_refused.text;
  return replyLine(code, `${status}.${subject}`, text, facts);
}

function replyLine(code: number, enhanced: string, text: string, facts: RefusalFacts): string {
  const start = `${code} ${enhanced} ${facts.reference} `;
  const address = facts.address === null ? 'Your address is not known' : `Your address: ${facts.address}`;
  const page = ` See ${facts.portalUrl}/refused/${facts.reference}`;
  const words = `${text}. ${address}.`;
  const room = longestReply - start.length;
  if (words.length + page.length <= room) return start + words + page;
  if (address.length + 1 + page.length <= room) return `${start}${address}.${page}`;
  return (start + words).slice(0, longestReply);
}
