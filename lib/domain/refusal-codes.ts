/**
 * Every rule that can refuse a client, by its stable code and its number.
 *
 * The number is sealed into the references that clients are shown and lives 30 days in their logs:
 * append, never renumber, never reuse. 1 to 99 are said over SMTP, 100 and above are requirements of
 * the policy, refused in the portal and the API.
 */
export const refusalNumbers = {
  not_whitelisted: 1,
  suspended: 2,
  removed_for_abuse: 3,
  lapsed: 4,
  cancelled: 5,
  sender_out_of_scope: 6,
  header_from_out_of_scope: 7,
  recipient_out_of_scope: 8,
  tls_required: 9,
  rate_exceeded: 10,
  too_many_recipients: 11,
  message_too_large: 12,
  header_too_large: 13,
  credentials_wrong: 14,
  credentials_not_checked: 15,
  auth_before_tls: 16,
  copy_too_old: 17,
  report_not_kept: 18,
  next_hop_away: 19,
  next_hop_refused: 20,
  removed_while_open: 21,
  command_bytes: 22,
  body_bytes: 23,
  stuffed_bytes: 24,
  command_unknown: 25,
  command_syntax: 26,
  command_order: 27,
  parameter_unknown: 28,
  sender_syntax: 29,
  too_many_errors: 30,
  too_many_connections: 31,
  time_out: 32,
  shutting_down: 33,
  denied_by_node: 34,
  internal_error: 35,
  proof_sender: 36,
  header_malformed: 37,
  http_on_port: 38,
  auth_refused: 39,
  tls_not_available: 40,
  // 41 was reserved for a rule that was never said.
  recipient_syntax: 42,
  mail_loop: 43,
  mechanism_unknown: 44,
  auth_syntax: 45,
  no_valid_recipients: 46,
  sign_in_needed: 47,
  address_needed: 48,
  sign_in_ended: 49,
  held_by_node: 50,
  too_busy: 51,
  too_many_commands: 52,
  paid_subscription: 100,
  valid_network: 101,
  public_address: 102,
  static: 103,
  not_residential: 104,
  dedicated: 105,
  not_shared: 106,
  control: 107,
  responsibility: 108,
  no_abuse_history: 109,
  reputation: 110,
} as const satisfies Record<string, number>;

/** Stable code of the rule that refused. */
export type RefusalCode = keyof typeof refusalNumbers;

const codesByNumber = new Map<number, RefusalCode>(
  Object.entries(refusalNumbers).map(([code, number]) => [number, code as RefusalCode]),
);

/**
 * @param number the number sealed into a reference
 * @returns the rule's code, or null for a number that this version does not know
 */
export function refusalCodeOf(number: number): RefusalCode | null {
  return codesByNumber.get(number) ?? null;
}
