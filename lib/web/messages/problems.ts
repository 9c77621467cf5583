/** What a client of the API reads in a problem document, by stable code. */
export const problems = {
  invalid_request: {
    title: 'The request cannot be read',
    detail: 'See `errors` for each field that is wrong.',
  },
  invalid_value: { title: 'A value cannot be taken', detail: 'See `errors` for each field that is wrong.' },
  malformed_json: { title: 'The body is not JSON', detail: 'Send one JSON object, encoded as UTF-8.' },
  unsupported_media_type: {
    title: 'This content type is not taken',
    detail: 'Send the body with `Content-Type: application/json`.',
  },
  too_large: { title: 'The body is too large', detail: 'Send less at a time.' },
  unauthorized: {
    title: 'No valid token',
    detail: 'Send `Authorization: Bearer pst_…` with a token that has neither expired nor been revoked.',
  },
  not_allowed: {
    title: 'This token may not do that',
    detail: 'Its owner’s role, or its scope, does not reach this far.',
  },
  own_account: {
    title: 'Not in your own account',
    detail:
      'Whoever belongs to an account never decides about it, nor about what was there before they left.',
  },
  not_found: { title: 'Not found', detail: 'This does not exist, or not for this token.' },
  method_not_allowed: {
    title: 'This path has no such method',
    detail: '`Allow` names those that it has.',
  },
  state_forbids: { title: 'The state of the entry forbids it', detail: 'Read the entry again.' },
  changed_meanwhile: {
    title: 'The entry has changed meanwhile',
    detail: 'Read the entry again, and decide on what it is now.',
  },
  overlaps_live_entry: {
    title: 'A live entry overlaps',
    detail: 'An entry that is in force, or suspended, already covers a part of this network.',
  },
  already_requested: {
    title: 'Already requested',
    detail: 'A request of this account for this network is still open: see `entry`.',
  },
  approvals_frozen: { title: 'Approvals are frozen', detail: 'Operators have paused all approvals.' },
  takeover_open: {
    title: 'The present holder still has time to answer',
    detail: 'See `until`: the approval is taken after that.',
  },
  same_person: {
    title: 'A second person has to follow',
    detail: 'You have approved this already; another person has to.',
  },
  staff_member: {
    title: 'This person is staff',
    detail:
      'Staff who belong to an account do not act on it. They may accept an owner’s invitation in the portal.',
  },
  stale_feed: {
    title: 'A newer feed has been taken already',
    detail: 'This one has an older `as_of`, and has changed nothing.',
  },
  taken: { title: 'Taken already', detail: 'Another server has this value.' },
  requirement_failed: { title: 'A requirement is not met', detail: 'See `requirement` and `reason`.' },
  idempotency_key_reused: {
    title: 'The idempotency key belongs to another request',
    detail: 'Send the same body with the same key, or another key.',
  },
  too_many_requests: { title: 'Too many requests', detail: 'Wait as long as `Retry-After` says.' },
  unavailable: {
    title: 'The database cannot be reached',
    detail: 'Whether anything was changed is not known. Send it again after `Retry-After`.',
  },
  unexpected: {
    title: 'Something on our side failed',
    detail: 'Nothing was changed. Send it again; if it fails again, tell support the reference.',
  },
} as const;

/** Why a field is refused, by the operation's reason. */
const fieldReasons: Readonly<Record<string, string>> = {
  empty: 'must not be empty',
  missing: 'is missing',
  unknown: 'is not known',
  other: 'is another one: a server stays with its account',
  past: 'is in the past',
  not_verified: 'names a domain that is not verified for the server',
  no_verified_domain: 'cannot be chosen: the server has no verified sender domain yet',
  over_plan: 'is more than the plan gives',
};

export function fieldMessage(reason: string): string {
  return fieldReasons[reason] ?? reason.replaceAll('_', ' ');
}
