import type { FuseEffect } from '../../../lib/domain/fuse.ts';

const requests = (count: number) => (count === 1 ? '1 request' : `${count.toLocaleString('en-GB')} requests`);

const fuseWords: Record<FuseEffect, { would: string; have: string; already: string }> = {
  out_of_force: { would: 'go out of force', have: 'gone out of force', already: 'Gone already' },
  throttled: { would: 'be slowed down', have: 'been slowed down', already: 'Slowed down already' },
  warned: { would: 'be warned about', have: 'been warned about', already: 'Warned about already' },
};

const entries = (count: number) => (count === 1 ? '1 entry' : `${count.toLocaleString('en-GB')} entries`);

export const staff = {
  queue: {
    subject: (count: number) => `${requests(count)} ${count === 1 ? 'waits' : 'wait'} for a decision`,
    preview: (age: string) => `The oldest since ${age}.`,
    status: 'In review',
    title: (count: number) => `${requests(count)} in the queue`,
    inReview: 'In review',
    proof: 'Wait for proof',
    answer: 'Wait for the owner',
    oldest: 'Oldest first',
    since: (when: string) => `since ${when}`,
    action: 'Open the queue',
  },
  nextHop: {
    subject: (hop: string) => `Next hop ${hop} does not answer`,
    preview: (count: number) =>
      count === 0 ? 'Other next hops take the mail.' : `${count} mails of ours wait.`,
    status: 'Next hop down',
    title: 'Mail is not taken over',
    text: 'Notification mail could not be handed to this next hop. What cannot be handed on waits and is tried again; nothing is lost. If SMTP nodes use the same next hop, they answer their clients with 451 4.4.1.',
    hop: 'Next hop',
    since: 'Since',
    reason: 'Last answer',
    waiting: 'Mails that wait',
    action: 'Open the nodes',
  },
  nodesDisagree: {
    subject: (count: number) => `${count} SMTP nodes hold different entries`,
    preview: (names: string) => `${names}: at the same revision, not the same list.`,
    status: 'Nodes disagree',
    title: 'Nodes do not hold the same',
    text: 'Nodes that enforce the same revision must hold the same entries. One of these does not, so it lets an address in that is out of force, or keeps one out that is in force. Find out which one is right by its count of entries, stop the other, delete “copy” in its data directory and start it again: it then loads everything anew. Keep its log for us.',
    holds: (entries: number, revision: number, hash: string) =>
      `${entries.toLocaleString('en-GB')} in force at revision ${revision.toLocaleString('en-GB')}, ${hash}`,
    action: 'Open the nodes',
  },
  abuseCall: {
    status: 'A person is needed',
    entry: {
      subject: (network: string, step: string) => `Critical ${network}: ${step}?`,
      preview: 'It is slowed down. A person decides about the rest.',
      title: 'A critical address calls for more',
      text: (step: string) =>
        `What was seen of it calls for ${step}. It is critical, so it is slowed down and no more: somebody has to call its owner, and then decide.`,
      steps: { suspended: 'suspension', removed: 'removal' },
      account: 'Account',
      action: 'Open the address',
    },
    spared: {
      subject: (network: string) => `Critical ${network}: a person decides`,
      preview: 'It is in force. A person decides about the rest.',
      title: 'A critical address is spared',
      text: {
        drift:
          'What we find out about it has changed, for which another address would be suspended. It is critical, so it stays in force: somebody has to look, and then decide.',
        idle: 'Nothing has come from it for so long that another address would expire. It is critical, so it stays in force: somebody has to ask its owner, and then decide.',
        domain:
          'The TXT record of a domain that it sends as is missing for so long that the domain would end. It is critical, so it may still send as it: somebody has to call its owner, and then decide.',
        server:
          'So many addresses of its server were removed for abuse that the server would be suspended. It is critical, so only the other addresses are suspended, and this one is slowed down: somebody has to call its owner, and then decide about it and the server’s SMTP credentials.',
      },
    },
    proof: {
      subject: (network: string, anew: boolean) =>
        anew ? `${network} is proven again` : `The proof of ${network} was taken back`,
      preview: (anew: boolean) =>
        anew
          ? 'Its earlier proof was taken back.'
          : 'The message that proved it was an automatic answer or list mail.',
      title: (anew: boolean) =>
        anew ? 'An address is proven anew' : 'An address rests on a proof that is none',
      text: {
        suspended:
          'The message that proved control of it was an automatic answer or came from a list, so it proves nothing. Nobody had looked at it before it was approved: it is out of force until somebody does.',
        held: 'The message that proved control of it was an automatic answer or came from a list, so it proves nothing. It would be suspended, but the fuse holds that. Look at it.',
        stays:
          'The message that proved control of it was an automatic answer or came from a list, so it proves nothing. Nothing else has changed for it: somebody has to look at what it rests on now.',
        proven_anew:
          'Its earlier proof was taken back, and now it is proven anew. Where it is suspended for that, it stays so until somebody has looked and restored it.',
      },
    },
    domain: {
      subject: (domain: string) => `The name servers of ${domain} do not answer`,
      preview: 'Whether a sender domain is still theirs cannot be seen.',
      title: 'A sender domain cannot be looked at',
      text: (domain: string, server: string) =>
        `For four days nobody has told us whether the TXT record of ${domain} is there, by which whitelisted addresses of ${server} may send as it. The domain may have changed hands. Nothing ends by itself: somebody has to ask its owners, who were told as well, and then decide.`,
      action: 'Open the account',
    },
    account: {
      subject: (account: string) => `Suspend ${account}? Addresses of it were removed again`,
      preview: 'Nothing has happened to the account yet.',
      title: 'Suspending an account is proposed',
      text: (account: string, removals: number, days: number) =>
        `${removals} addresses of ${account} were removed for abuse within ${days} days. Suspending the account takes all of its addresses and SMTP credentials out of force. One member of staff decides.`,
      action: 'Decide it',
    },
    cancellation: {
      subject: (account: string) => `Cancel ${account}? A second person decides`,
      preview: 'Nothing has happened to the account yet.',
      title: 'Cancelling an account is proposed',
      text: (person: string | null, account: string) =>
        `${person ?? 'A member of staff'} proposes to cancel ${account}. Then all of its addresses end for good, and its SMTP credentials no longer work. A second member of staff has to confirm it.`,
    },
  },
  fuse: {
    subject: (effect: FuseEffect, gone: number, more: number) =>
      gone === 0
        ? `The fuse holds: ${entries(more)} would ${fuseWords[effect].would}`
        : `The fuse holds: ${entries(gone)} ${gone === 1 ? 'has' : 'have'} ${fuseWords[effect].have}, more are held`,
    preview: 'What is held has not happened. Apply or discard.',
    status: 'A person is needed',
    title: (effect: FuseEffect) => `Too many entries would ${fuseWords[effect].would} at once`,
    text: {
      ladder: 'The abuse ladder asks for it.',
      drift: 'The re-checks ask for it.',
      feed: 'The platform’s feed asks for it.',
      idle: 'Nothing was counted from them for long. Look first whether the nodes report.',
    },
    held: 'What is held, and what joins it, waits until a person has looked at the list and applies or discards it.',
    gone: (effect: FuseEffect) => fuseWords[effect].already,
    more: 'Held first',
    limit: (minutes: number) => `At most in ${minutes} minutes`,
    total: 'In force before',
    at: 'Tripped',
    action: 'See the list',
  },
  mailFailed: {
    subject: (count: number) =>
      count === 1
        ? '1 notification mail was not delivered'
        : `${count} notification mails were not delivered`,
    preview: 'They are not tried again.',
    status: 'Not delivered',
    title: 'These persons were not told',
    text: 'The next hop refused these mails for good, or did not take them for days. They are not tried again: reach the persons another way, or correct their address in the feed.',
    line: (kind: string, when: string) => `${kind.replaceAll('_', ' ')}, ${when}`,
  },
  digest: {
    subject: (account: string | null, count: number) =>
      `${count === 1 ? '1 thing' : `${count} things`} happened${account === null ? '' : ` at ${account}`}`,
    preview: (first: string) => first,
    status: 'Daily digest',
    title: (count: number) => (count === 1 ? 'One thing happened' : `${count} things happened`),
    text: 'What has to be known at once comes in a mail of its own; what waits for an answer here may have a date.',
  },
} as const;
