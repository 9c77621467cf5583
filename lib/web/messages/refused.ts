import type { RefusalCode } from '../../domain/refusal-codes.ts';
import { requirements } from './requirements.ts';

/** What a reference stands for: what was seen, which rule refused, what to do. Nothing about any account. */
export type RefusalWords = { title: string; saw: string; rule: string; next: string };

const smtpNext =
  'Send with the SMTP user and password of your server, or ask your account owner to have this address whitelisted.';
const notReadable = 'Mail software sends commands and headers in the form that the SMTP standard sets.';
const updateDevice =
  'Restart the device and update its software. If it stays, tell support the reference and the make of the device.';
const later = 'Nothing to do: your device or mail server tries again by itself.';

const temporary = (title: string, saw: string): RefusalWords => ({
  title,
  saw,
  rule: 'When we cannot be sure, we ask the sender to come back instead of guessing.',
  next: later,
});

const malformed = (saw: string): RefusalWords => ({
  title: 'What came was not readable mail',
  saw,
  rule: notReadable,
  next: updateDevice,
});

const malformedAddress = (whose: 'sender' | 'recipient'): RefusalWords => ({
  ...malformed(
    `The ${whose} was not an email address, or has letters beyond plain ASCII, such as é, and came without SMTPUTF8.`,
  ),
  next: `Write the ${whose} in plain letters where it has others. Else: ${updateDevice}`,
});

const ofRequirement = (name: keyof typeof requirements): RefusalWords => ({
  title: `The request does not meet “${requirements[name].name}”`,
  saw: 'A request for this address was refused.',
  rule: requirements[name].rule,
  next: 'The form of the request says what to change. The help page explains each rule.',
});

const refusals = {
  not_whitelisted: {
    title: 'This address is not whitelisted',
    saw: 'A device or program at this address handed us mail without signing in.',
    rule: 'Mail is taken without a password only from an address that is whitelisted.',
    next: smtpNext,
  },
  suspended: {
    title: 'This address is suspended',
    saw: 'Mail came from a whitelisted address that is suspended at present.',
    rule: 'A suspended address is closed until it is restored.',
    next: 'The account owner sees the reason on the page of the address.',
  },
  removed_for_abuse: {
    title: 'This address was removed for abuse',
    saw: 'Mail came from an address that was removed from the whitelist.',
    rule: 'Abuse coming from an address removes it.',
    next: 'The account owner sees the reason on the page of the address, and can appeal there.',
  },
  lapsed: {
    title: 'This address is not in force at present',
    saw: 'The subscription, the server or the account behind this address is lapsed, paused or suspended.',
    rule: 'Only servers with a paid subscription, in good standing, may have whitelisted addresses.',
    next: 'The account owner sees what is needed on the page of the address. It is in force again at once.',
  },
  cancelled: {
    title: 'The service behind this address is cancelled',
    saw: 'Mail came from an address whose server or account is cancelled.',
    rule: 'With the service its whitelisted addresses end.',
    next: smtpNext,
  },
  sender_out_of_scope: {
    title: 'The sender does not belong to this address',
    saw: 'The sender of the message is not at a domain that this address may send as.',
    rule: 'A whitelisted address sends only as the domains that are verified for its server.',
    next: 'Set the sender in the device to an address at a verified domain, or have the domain verified.',
  },
  header_from_out_of_scope: {
    title: 'The From line does not belong to this address',
    saw: 'The From line of the message is missing, doubled, or not at a domain that this address may send as.',
    rule: 'The one From line of a message names only domains that are verified for the server.',
    next: 'Set the From address in the device to one at a verified domain.',
  },
  recipient_out_of_scope: {
    title: 'This address may not send to that recipient',
    saw: 'The recipient is not at a domain that this address may send to.',
    rule: 'The account owner has narrowed the recipients of this address.',
    next: 'The account owner can widen them on the page of the address.',
  },
  tls_required: {
    title: 'This address must use TLS',
    saw: 'Mail came without encryption.',
    rule: 'For this address the account owner requires encrypted connections.',
    next: 'Turn on STARTTLS (also called TLS) in the device, or have the requirement changed.',
  },
  rate_exceeded: {
    title: 'More messages than this address may send in an hour',
    saw: 'The hourly number of messages is used up.',
    rule: 'Each whitelisted address has an hourly limit.',
    next: 'Wait: the device tries again by itself. The account owner can ask for a higher limit.',
  },
  held_by_node: {
    title: 'Mail from this address is held back for a while',
    saw: 'Several messages from this address look like spam, or were sent to mailboxes that do not exist.',
    rule: 'While that is looked into, at most a quarter of an hour, nothing more is taken.',
    next: 'Find the device that sent them and stop it. What it should have sent, it tries again by itself.',
  },
  too_many_recipients: {
    title: 'Too many recipients in one message',
    saw: 'The message names more recipients than this address may use at once.',
    rule: 'Each whitelisted address has a limit of recipients per message.',
    next: 'Send it to fewer recipients at a time.',
  },
  message_too_large: {
    title: 'The message is too large',
    saw: 'The message is larger than this address may send.',
    rule: 'Each whitelisted address has a limit of size.',
    next: 'Lower the resolution or split the document.',
  },
  header_too_large: {
    title: 'The header of the message is too large',
    saw: 'The header section is larger than 256 KiB.',
    rule: 'A header section has at most 256 KiB.',
    next: updateDevice,
  },
  credentials_wrong: {
    title: 'User or password do not fit',
    saw: 'A sign-in with an SMTP user and password did not succeed.',
    rule: 'Signing in needs the SMTP user and password of the server.',
    next: 'Type both anew in the device. The password of the portal is another one.',
  },
  sign_in_needed: {
    title: 'This address must sign in as well',
    saw: 'A device at a whitelisted address handed us mail without signing in.',
    rule: 'This server takes mail only from its whitelisted addresses and only with its SMTP user, both together.',
    next: 'Set the SMTP user and password of the server in the device, with TLS.',
  },
  address_needed: {
    title: 'This address is not whitelisted for the server that signed in',
    saw: 'A device signed in with the right user and password, from an address that the server does not allow.',
    rule: 'This server takes mail only from its whitelisted addresses and only with its SMTP user, both together.',
    next: 'Ask your account owner to have this address whitelisted for the server. If this was not you, have the password changed.',
  },
  sign_in_ended: {
    title: 'The password was changed while mail was being sent',
    saw: 'The SMTP user was removed or its password was changed during the connection.',
    rule: 'A changed password takes effect at once, also for open connections.',
    next: 'Type the new password in the device.',
  },
  credentials_not_checked: temporary(
    'We cannot check the sign-in now',
    'A sign-in came while we cannot check it.',
  ),
  auth_before_tls: {
    title: 'Signing in needs encryption',
    saw: 'A user and password were sent without encryption.',
    rule: 'A password is taken over TLS only.',
    next: 'Turn on STARTTLS (also called TLS) in the device. Change the password if it was sent.',
  },
  auth_refused: {
    title: 'Signing in is not possible here',
    saw: 'The device asked for a kind of sign-in that we do not offer, or at the wrong moment.',
    rule: 'Signing in uses PLAIN or LOGIN, over TLS, before the first message.',
    next: 'Choose PLAIN or LOGIN in the device, with TLS.',
  },
  tls_not_available: temporary(
    'Encryption is not available now',
    'The device asked for TLS while we cannot offer it.',
  ),
  copy_too_old: temporary('We cannot decide now', 'This server has not heard from the others for too long.'),
  report_not_kept: temporary('We cannot take a proof now', 'The proof could not be kept safely.'),
  next_hop_away: temporary('Delivery pauses', 'The next mail server on the way cannot be reached.'),
  next_hop_refused: {
    title: 'The next mail server refused the message',
    saw: 'The message was refused further on.',
    rule: 'Every other check of a message still applies to whitelisted addresses.',
    next: 'The text of the refusal in the device names the reason.',
  },
  removed_while_open: {
    title: 'The address was closed while mail was being sent',
    saw: 'The address was removed, suspended or paused during the connection.',
    rule: 'A removal takes effect at once, also for open connections.',
    next: 'The account owner sees the reason on the page of the address.',
  },
  command_bytes: malformed('A command contained bytes that do not belong there.'),
  body_bytes: malformed('The message contained line ends or bytes that mail servers read in different ways.'),
  stuffed_bytes: malformed('Something was sent before we had answered.'),
  command_unknown: malformed('A command came that we do not know.'),
  command_syntax: malformed('A command was not complete.'),
  command_order: malformed('The commands came in the wrong order.'),
  parameter_unknown: malformed('A command asked for something that we do not offer.'),
  sender_syntax: malformedAddress('sender'),
  recipient_syntax: malformedAddress('recipient'),
  auth_syntax: malformed('A sign-in was not complete.'),
  no_valid_recipients: {
    title: 'No recipient was taken',
    saw: 'The message was handed over although every recipient of it was refused.',
    rule: 'A message needs at least one recipient.',
    next: 'Look at the earlier refusal in the log of the device: it names the reason.',
  },
  mail_loop: {
    title: 'The message goes round in circles',
    saw: 'The message has passed through too many mail servers, this one among them.',
    rule: 'A message that keeps coming back is stopped.',
    next: 'Look for a forwarding rule that sends mail back to where it came from.',
  },
  mechanism_unknown: {
    title: 'This kind of sign-in is not offered',
    saw: 'The device asked for a kind of sign-in that we do not know.',
    rule: 'Signing in uses PLAIN or LOGIN, over TLS.',
    next: 'Choose PLAIN or LOGIN in the device, with TLS.',
  },
  header_malformed: malformed('The header of the message could not be read.'),
  http_on_port: malformed('A web browser or another program that is no mail software connected.'),
  too_many_errors: malformed('Too many commands in one connection were wrong.'),
  too_many_connections: temporary(
    'Too many connections at once',
    'More connections came than one address may hold.',
  ),
  too_busy: temporary(
    'This server is very busy',
    'A connection came while this server had more to do than it can.',
  ),
  too_many_commands: malformed('Many commands came in one connection, and no message.'),
  time_out: temporary('The connection was silent for too long', 'Nothing came for several minutes.'),
  shutting_down: temporary('This server restarts', 'This server is being restarted.'),
  internal_error: temporary('Something on our side failed', 'We could not finish this.'),
  denied_by_node: {
    title: 'Mail from this network is refused',
    saw: 'Operators have closed this network.',
    rule: 'In an emergency a network can be closed at once.',
    next: 'Tell support the reference.',
  },
  proof_sender: {
    title: 'This message does not prove the address',
    saw: 'A message came to a proof address with an empty sender, or one that is not at a verified domain.',
    rule: 'A proof begins at the device: bounces, replies and foreign senders do not count.',
    next: 'Set the sender in the device to an address at a verified domain and send again.',
  },
  paid_subscription: ofRequirement('paid_subscription'),
  valid_network: ofRequirement('valid_network'),
  public_address: ofRequirement('public_address'),
  static: ofRequirement('static'),
  not_residential: ofRequirement('not_residential'),
  dedicated: ofRequirement('dedicated'),
  not_shared: ofRequirement('not_shared'),
  control: ofRequirement('control'),
  responsibility: ofRequirement('responsibility'),
  no_abuse_history: ofRequirement('no_abuse_history'),
  reputation: ofRequirement('reputation'),
} as const satisfies Record<RefusalCode, RefusalWords>;

export const refused = {
  lead: 'What this reference stands for',
  saw: 'What we saw',
  rule: 'Which rule',
  next: 'What to do',
  reference: 'Reference',
  address: 'Address',
  at: 'When',
  node: 'Node',
  ehlo: 'Named itself',
  unreadableTitle: 'This reference does not open',
  unreadable:
    'It is older than 30 days, or a part of it is missing. A reference begins with PX- and has no spaces. Let the device send once more: the reply to it names a new one.',
  askSupport: (address: string) => `If that does not help, write to ${address} and name the reference.`,
  copyReference: 'Copy the reference',
  codes: refusals,
};
