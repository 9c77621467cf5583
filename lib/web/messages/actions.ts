/** What a form says when it was done, and the refusals that any form can meet, by stable code. */
export const actions = {
  done: {
    requested: 'The request is made. Send one message from the address to prove that it is yours.',
    withdrawn: 'The request is withdrawn.',
    removed: 'The address is removed on every node.',
    suspended: 'The address is suspended on every node.',
    restored: 'The address is in force again.',
    causeLifted: 'Your pause is lifted. Another suspension still holds it.',
    renewed: 'The address is renewed.',
    approved: 'Approved. The address is in force.',
    approvedFirst: 'Your approval is noted. A second person has to follow.',
    rejected: 'Rejected. The owner is told why.',
    asked: 'Asked. The request waits for the owner’s answer.',
    answered: 'Your answer is with support.',
    reviewRequested: 'The request goes to review without proof.',
    accepted: 'Responsibility is accepted.',
  },
  openRequest: 'Open the request',
  refusals: {
    not_found: {
      message: 'This does not exist, or not for you.',
      nextStep: 'Check that you are signed in with the right account.',
    },
    gone: {
      message: 'This does not exist, or somebody else has decided about it meanwhile.',
      nextStep: 'Load the page again to read what is there now.',
    },
    not_allowed: {
      message: 'Your role does not allow this.',
      nextStep: 'An owner of the account can do it.',
    },
    signed_out: { message: 'You are signed out.', nextStep: 'Sign in and send it again.' },
    wrong_state: {
      message: 'This is no longer possible: the entry has moved on.',
      nextStep: 'Look at where it stands now.',
    },
    already_requested: {
      message: 'A request for this network is open already.',
      nextStep: 'Go on with that one, or withdraw it first.',
    },
    changed_meanwhile: {
      message: 'This has changed since you opened it.',
      nextStep: 'Read it again: this page now shows it as it is.',
    },
    overlaps_live_entry: {
      message: 'A live entry already covers a part of this network.',
      nextStep: 'Find it under Entries before you decide.',
    },
    approvals_frozen: {
      message: 'Operators have paused all approvals.',
      nextStep: 'Decide once they are open again.',
    },
    takeover_open: {
      message: 'The present holder has been asked and still has time to answer.',
      nextStep: 'Approve once that time is over, or call the takeover off.',
    },
    reason_missing: {
      message: 'A decision needs its reason.',
      nextStep: 'Say in a sentence what decides it.',
    },
    same_person: {
      message: 'You have approved this already.',
      nextStep: 'Another person has to approve it as well.',
    },
    own_account: {
      message: 'You belong to an account that this concerns, or did lately, so you do not decide about it.',
      nextStep: 'Leave it to somebody else in support.',
    },
    staff_member: {
      message: 'This person is staff, and staff who belong to an account do not act on it.',
      nextStep: 'Let an owner of the account invite them.',
    },
    stale_feed: {
      message: 'Something newer is known already.',
      nextStep: 'Read it again: this page now shows it as it is.',
    },
    taken: { message: 'This is taken already.', nextStep: 'Choose another.' },
    invalid: { message: 'This cannot be taken as it is.', nextStep: 'Change what is marked.' },
    missing: { message: 'This is missing.', nextStep: 'Fill it in.' },
    elsewhere: {
      message: 'This form was sent from another website.',
      nextStep: 'Open it here and send it again.',
    },
    often_today: {
      message: 'This address was changed many times today.',
      nextStep: 'Go on tomorrow, or write to support.',
    },
    throttled: { message: 'That was often in a short time.', nextStep: 'Wait a minute, then send it again.' },
    unexpected: {
      message: 'Something on our side failed. Nothing was changed.',
      nextStep: 'Send it again. If it fails again, tell support the reference.',
    },
  },
} as const;
