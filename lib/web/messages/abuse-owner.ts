/** What the owners of an address read about abuse: what was seen, what was done, what to do. */
export const abuseOwner = {
  titles: {
    warned: 'Something is wrong with mail from this address',
    throttled: (rate: string) => `Slowed down to ${rate} messages an hour`,
    restart: (rate: string) => `It begins slowed down, to ${rate} messages an hour`,
    suspended: 'Suspended for abuse',
    removed: 'Removed for abuse',
  },
  saw: 'What we have seen',
  since: 'since',
  byPerson: 'Support has seen it and removed the address. The reason stands under “What happened”.',
  samples: (count: number) => (count === 1 ? 'One of these messages' : `${count} of these messages`),
  rule: 'Your organisation is responsible for every message from it.',
  states: {
    warned:
      'Nothing is closed yet. If it goes on, the address is slowed down, and may be suspended or removed.',
    throttled:
      'What is above this rate is told to come back later, so nothing is lost. If it goes on, the address may be suspended or removed.',
    restart: 'It was let in again after abuse. If nothing is seen, the limit ends by itself.',
    suspended: 'Mail from it needs a password until support has lifted this.',
    removed: 'Mail from it needs a password, and sessions that were open have ended.',
  },
  until: 'It goes back to its own rate if nothing more is seen by',
  todo: 'What to do',
  steps: [
    'Find the device or program that sends it. Whoever can reach the internet through this address could.',
    'Stop it, and change every password that it knew.',
  ],
  lastSteps: {
    warned: 'If you cannot find it today, pause the address and send with a password meanwhile.',
    throttled: 'If you cannot find it today, pause the address and send with a password meanwhile.',
    restart: 'If you cannot find it today, pause the address and send with a password meanwhile.',
    suspended: 'Then tell support what it was and what you changed, by answering the mail about it.',
    removed: 'Then appeal below: say what it was and what you changed.',
  },
  appeal: {
    title: 'Appeal',
    text: 'Support reads it first, together with what was seen. You can appeal once, and an appeal does not have to wait for the cool-down.',
    coolDown: 'Without an appeal, a new request of this account is taken from',
    statement: 'What was it, and what have you changed?',
    statementHint:
      'An infected computer that is gone, a form on a website that is closed, a password that was changed.',
    submit: 'Appeal',
    pending: 'Sending',
    done: 'Your appeal is with support.',
    missing: {
      message: 'Nothing is typed.',
      nextStep: 'Say what it was and what you have changed. Support decides by it.',
    },
    tooLong: {
      message: 'This is longer than 5,000 characters.',
      nextStep: 'Say the main thing here. Support asks for the rest.',
    },
    notNow: {
      message: 'There is nothing to appeal against.',
      nextStep: 'Only a removal for abuse can be appealed against.',
    },
    made: {
      open: 'You have appealed. Support decides about it.',
      accepted: 'Your appeal was accepted. The address is on the whitelist again.',
      rejected: 'Your appeal was rejected. There is no second one.',
      ended: 'You have appealed, and that has ended. There is no second appeal.',
    },
    link: 'Open the appeal',
  },
  of: {
    title: 'This is your appeal',
    text: 'It is about an address that was removed for abuse. Accepted, it begins slowed down.',
    link: 'Open what was removed',
  },
};
