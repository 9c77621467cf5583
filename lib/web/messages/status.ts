/** The words for every state an entry is seen in. `support` where staff reads another word than the owner. */
export type StatusKey =
  | 'waiting_for_proof'
  | 'checking'
  | 'in_review'
  | 'question'
  | 'in_force'
  | 'renew_soon'
  | 'silent'
  | 'held_back'
  | 'renewal_overdue'
  | 'subscription_lapsed'
  | 'subscription_cancelled'
  | 'plan_not_entitled'
  | 'server_paused'
  | 'server_suspended'
  | 'server_cancelled'
  | 'account_suspended'
  | 'account_cancelled'
  | 'paused_by_owner'
  | 'suspended'
  | 'suspended_for_abuse'
  | 'suspended_for_drift'
  | 'rejected'
  | 'withdrawn'
  | 'removed'
  | 'removed_for_abuse'
  | 'removed_after_takeover'
  | 'expired';

type StatusWords = {
  word: string;
  support?: string;
  /** One short line beneath the word where nothing more exact is known. */
  detail: string;
  /** What happens next and who must act. */
  next: string;
};

export const status = {
  waiting_for_proof: {
    word: 'Waiting for proof',
    detail: 'send one message from it',
    next: 'Send one message from this address to the proof address. Nothing else moves it on.',
  },
  checking: {
    word: 'Checking',
    detail: 'takes a few minutes',
    next: 'Control is proven. We look up what is known about the address, then a person reviews it.',
  },
  in_review: {
    word: 'In review',
    detail: 'support looks at it',
    next: 'A person in support looks at the evidence and decides. You hear from us by mail.',
  },
  question: {
    word: 'Question for you',
    support: 'Waiting for the owner',
    detail: 'support asks something',
    next: 'Support has a question. The review goes on when an owner of the account answers it.',
  },
  in_force: {
    word: 'In force',
    detail: 'mail is taken without a password',
    next: 'Mail from this address is taken without a password.',
  },
  renew_soon: {
    word: 'Renew soon',
    detail: 'still in force',
    next: 'Confirm that the address is still yours. It stays in force until the date shown.',
  },
  silent: {
    word: 'Silent',
    detail: 'still in force',
    next: 'Nothing has come from this address for long. One message is enough to keep it.',
  },
  held_back: {
    word: 'Held back',
    detail: 'refused since a restore',
    next: 'The database was restored, and nodes had seen this address end after the backup. They refuse it until support confirms it.',
  },
  renewal_overdue: {
    word: 'Renewal overdue',
    detail: 'not in force',
    next: 'Confirm that the address is still yours and it is in force again.',
  },
  subscription_lapsed: {
    word: 'Subscription lapsed',
    detail: 'not in force',
    next: 'The subscription of this server has ended. Renew it and the address is in force again.',
  },
  subscription_cancelled: {
    word: 'Subscription cancelled',
    detail: 'not in force',
    next: 'The subscription of this server is cancelled. Mail from this address needs a password.',
  },
  plan_not_entitled: {
    word: 'Not in your plan',
    detail: 'not in force',
    next: 'The plan of this server does not include whitelisting. Change the plan and the address is in force again.',
  },
  server_paused: {
    word: 'Server paused',
    detail: 'not in force',
    next: 'The server is paused. Resume it and the address is in force again.',
  },
  server_suspended: {
    word: 'Server suspended',
    detail: 'not in force',
    next: 'The platform has suspended this server. Ask support what is needed.',
  },
  server_cancelled: {
    word: 'Server cancelled',
    detail: 'not in force',
    next: 'The server is cancelled. Mail from this address is refused.',
  },
  account_suspended: {
    word: 'Account suspended',
    detail: 'not in force',
    next: 'The platform has suspended this account. Ask support what is needed.',
  },
  account_cancelled: {
    word: 'Account cancelled',
    detail: 'not in force',
    next: 'The account is cancelled. Mail from this address is refused.',
  },
  paused_by_owner: {
    word: 'Paused',
    detail: 'by you, not in force',
    next: 'You paused this address. Resume it and it is in force again.',
  },
  suspended: {
    word: 'Suspended',
    detail: 'by support, not in force',
    next: 'Support has suspended this address. The reason stands under “What happened”.',
  },
  suspended_for_abuse: {
    word: 'Suspended for abuse',
    detail: 'not in force',
    next: 'Complaints about mail from this address came in. Support decides what happens next.',
  },
  suspended_for_drift: {
    word: 'Suspended',
    detail: 'evidence changed, not in force',
    next: 'What is known about this address has changed. Support looks at it: write to them what shows that it is still yours.',
  },
  rejected: {
    word: 'Rejected',
    detail: 'closed',
    next: 'The reason stands under “What happened”. You can ask again when it no longer holds.',
  },
  withdrawn: {
    word: 'Withdrawn',
    detail: 'closed',
    next: 'The request was taken back. You can ask again at any time.',
  },
  removed: { word: 'Removed', detail: 'closed', next: 'Mail from this address needs a password.' },
  removed_for_abuse: {
    word: 'Removed for abuse',
    detail: 'closed',
    next: 'Mail from this address needs a password. A new request waits until the cool-down has passed.',
  },
  removed_after_takeover: {
    word: 'Removed',
    detail: 'closed',
    next: 'What is known says that your provider has given this address away. If it is yours all the same, write to support with what shows it, a contract or a bill; you may also ask for it again. Meanwhile send with the SMTP user and password of the server.',
  },
  expired: {
    word: 'Expired',
    detail: 'closed',
    next: 'Nobody followed it up in time. Ask again when the device is ready to send.',
  },
} as const satisfies Record<StatusKey, StatusWords>;

export const statusText = {
  pausedOverdue:
    'You paused this address, and its date has passed. Resume it, then renew it, and it is in force again.',
  renewInDays: (days: number) =>
    days <= 0 ? 'Renew today' : days === 1 ? 'Renew in 1 day' : `Renew in ${days} days`,
  silent: (since: string) => `silent since ${since}`,
  asked: (ago: string) => `asked ${ago}`,
  sandbox: 'sandbox, nothing is delivered',
  nodes: (inForce: number, total: number) => `${inForce} of ${total} nodes`,
};
