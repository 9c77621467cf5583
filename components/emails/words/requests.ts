const askAgain = 'Ask again, from its page, when the device is ready to send.';

/** From the request of an address to its decision. */
export const requests = {
  received: {
    subject: (network: string) => `Request for ${network} received`,
    preview: (addresses: number) =>
      addresses > 1
        ? 'Next: prove it from two of its addresses.'
        : 'Next: send one message from it to prove it.',
    status: 'Waiting for proof',
    title: 'Prove that this address is yours',
    asked: (person: string | null, server: string) =>
      person === null
        ? `This address was asked for, so that ${server} takes its mail without a password.`
        : `${person} asked that ${server} takes mail from this address without a password.`,
    purpose: 'Sends',
    needsOwnerTitle: 'An owner has to accept responsibility',
    needsOwner:
      'No owner has asked for it. Support can approve it once an owner of the account has opened the request and accepted responsibility for its mail.',
    next: (day: string) =>
      `Then a person in support reviews it, and we write to you. Without a proof the request ends on ${day}.`,
  },
  ownerNeeded: {
    subject: (network: string) => `The request for ${network} needs an owner`,
    preview: 'Another owner has to accept responsibility.',
    status: 'Waits for an owner',
    text: 'Who had accepted responsibility for this request is no owner of the account any more. Support can approve it once another owner has opened it and accepted responsibility for its mail.',
  },
  question: {
    subject: (network: string) => `Question about ${network}`,
    preview: 'The review goes on when an owner answers.',
    status: 'Question for you',
    title: 'Support asks about this address',
    next: (day: string) =>
      `The review goes on when an owner of the account answers in the portal. Without an answer the request ends on ${day}.`,
    action: 'Answer',
  },
  answer: {
    subject: (account: string, network: string) => `${account} answered about ${network}`,
    preview: (holder: boolean) =>
      holder ? 'Read it before the request is decided.' : 'The request is in review again.',
    status: (holder: boolean) => (holder ? 'Takeover' : 'In review'),
    title: (account: string, holder: boolean) =>
      holder ? `${account} says that it is still theirs` : `${account} answered your question`,
    holds: (account: string) =>
      `${account} holds this address, or a part of the network, and was asked because of this request.`,
    by: (person: string) => `${person} writes:`,
  },
  proofSeen: {
    subject: (network: string, complete: boolean) =>
      complete ? `${network} is proven` : `${network}: one of two addresses is proven`,
    preview: (complete: boolean) =>
      complete
        ? 'A person in support reviews it now.'
        : 'One more address of the network has to prove itself.',
    status: (complete: boolean) => (complete ? 'In review' : 'Waiting for proof'),
    title: (complete: boolean) =>
      complete ? 'Control is proven' : 'One address is proven, one more is needed',
    seen: {
      sending: 'A message came from it.',
      sign_in: 'Somebody signed in from it with the SMTP user of the server.',
      http: 'The proof page was opened and confirmed from it.',
      dns: 'The DNS record of its name confirms it.',
    },
    from: 'From',
    at: 'When',
    ehlo: 'Named itself',
    tls: 'TLS',
    noTls: 'None',
    next: 'A person in support looks at the evidence and decides. You hear from us by mail.',
    nextAddress: 'Send one message from a second address of the network to the same proof address.',
    notYou:
      'If no device of yours sent this, answer this mail: somebody else may be sending through your address.',
  },
  proofMissing: {
    subject: (network: string) => `${network} still has to prove itself`,
    preview: (day: string) => `Without a proof the request ends on ${day}.`,
    status: 'Waiting for proof',
    title: 'No proof has come yet',
    text: (day: string) =>
      `Nothing else moves the request on: it waits for one message from this address. Without it, the request ends on ${day}.`,
    cannot:
      'If the device cannot send now, open the request and ask for a review without proof. Support then needs another reason to believe that the address is yours.',
  },
  proofLost: {
    subject: (network: string) => `${network} has to be proven again`,
    preview: 'What had proven it was an automatic reply or list mail.',
    status: 'To be proven again',
    title: 'The proof does not count',
    text: 'The message that proved this address was an automatic reply, or came from a list. Somebody elsewhere can bring such a message about, so it proves nothing.',
    request: 'The request waits for another one. Send it from the device itself:',
    live: 'Support has been told, looks at what the address rests on, and decides. Prove it anew, with a message from the device itself, or remove the address where it is no longer yours:',
  },
  approved: {
    subject: (network: string) => `${network} is in force`,
    preview: 'What to enter in the device, and what it may send.',
    status: 'In force',
    title: 'Mail from this address is taken without a password',
    settings: 'What to enter in the device',
    scope: 'What it may send',
    reviewBy: (day: string) =>
      `It stays in force until it is reviewed on ${day}. We remind you 30 days before; renewing takes a minute.`,
    responsible:
      'Your organisation is responsible for every message from this address. Abuse removes it from the whitelist.',
  },
  rejected: {
    subject: (network: string) => `Request for ${network} rejected`,
    preview: 'Why, and what you can do.',
    status: 'Rejected',
    title: 'This address is not whitelisted',
    /** By requirement and reason, where no person decided. */
    bySystem: {
      'not_shared:shared_egress':
        'Many organisations send through this address, so whitelisting it would let strangers send as you.',
      'reputation:listed': 'This address is on a list of spam senders.',
      'paid_subscription:account_closed': 'The account was cancelled, and the request with it.',
      'paid_subscription:server_closed': 'The server was cancelled, and the request with it.',
      otherwise: 'A lookup has found that this address cannot meet the requirements.',
    },
    next: 'When the reason no longer holds, ask again. Until then the device can send with the SMTP user and password of the server.',
    nextElsewhere: 'If it is still needed, ask for it on a server that is active.',
    action: 'See the evidence',
  },
  scopeDecided: {
    granted: {
      subject: (network: string) => `${network} may send more`,
      preview: 'The wider scope that was asked for is granted.',
      status: 'Granted',
      title: 'It may do what was asked for',
      text: 'Support has granted what was asked for this address beyond what it might send. It holds on every node.',
    },
    refused: {
      subject: (network: string) => `No wider scope for ${network}`,
      preview: 'What it may send stays as it is.',
      status: 'Refused',
      title: 'What it may send stays as it is',
      text: 'Support has refused what was asked for this address beyond what it may send. Nothing changes for its devices.',
    },
  },
  expired: {
    subject: {
      no_proof: (network: string) => `Request for ${network} has ended`,
      no_answer: (network: string) => `Request for ${network} has ended`,
      not_renewed: (network: string) => `${network} has expired`,
      idle: (network: string) => `${network} has expired`,
      withdrawn: (network: string) => `Request for ${network} was withdrawn`,
    },
    status: { ended: 'Expired', withdrawn: 'Withdrawn' },
    title: {
      no_proof: 'No proof came',
      no_answer: 'No answer came',
      not_renewed: 'It was not renewed',
      idle: 'It has not sent for a long time',
      withdrawn: 'The request was taken back',
    },
    text: {
      no_proof: 'No message came from this address in the time for it, so the request has ended.',
      no_answer: 'Support asked and no answer came in the time for it, so the request has ended.',
      not_renewed:
        'The address was due for renewal and nobody confirmed that it is still yours. It is no longer whitelisted.',
      idle: 'No mail has come from this address for a long time. It is no longer whitelisted, so that nobody else can use it one day.',
      withdrawn: 'An owner of the account has taken back the request for this address.',
    },
    next: {
      no_proof: askAgain,
      no_answer: askAgain,
      not_renewed: 'If it is still yours, ask for it again from its page.',
      idle: askAgain,
      withdrawn: 'If it is still needed, ask for it again from its page.',
    },
    meanwhile: 'Until then the device can send with the SMTP user and password of the server.',
  },
} as const;

/** The proof address and the settings of a device. */
export const device = {
  proofLead: (network: string, addresses: number) =>
    addresses > 1
      ? `Send any message from two different addresses of ${network} to this address. The first and the last one of the network do not count.`
      : `Send any message from the device to this address. It counts only from ${network}.`,
  server: 'Mail server',
  port: 'Port',
  encryption: 'Encryption',
  signIn: 'Sign-in',
  none: 'None: no user, no password',
  sender: 'Sender',
  senderAt: (domains: string) => `Any address at ${domains}`,
  recipients: 'Recipients',
  anyone: 'Anyone',
  rate: 'Rate',
  anHour: (count: string) => `${count} messages an hour`,
  perMessage: 'Per message',
  recipientsPerMessage: (count: string) => `Up to ${count} recipients`,
  size: 'Size',
  upTo: (size: string) => `Up to ${size}`,
  ports: (ports: string, tlsPorts: string) =>
    tlsPorts === '' ? ports : `${ports} (STARTTLS), or ${tlsPorts} (TLS from the start)`,
  tls: {
    required: 'STARTTLS, required: without it mail is refused',
    offered: 'STARTTLS, or none where the device cannot',
    hidden: 'None: it is hidden for this device',
  },
  proofTls: 'None or STARTTLS, as the device can',
} as const;
