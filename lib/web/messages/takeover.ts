/** An address that may have been given to somebody else: what its holder is asked, and what support sees. */
export const takeover = {
  /** For the holder. Nothing here may say that somebody else asks. */
  asked: {
    title: 'Is this address still yours?',
    text: (until: string) =>
      `What is known about it has changed: your provider may have given it away. It stays in force until ${until}. Answer until then, or prove it once more.`,
    timeOver:
      'What is known about it has changed: your provider may have given it away. The time for an answer is over, and support has not decided yet. Answer now, or prove it once more.',
    prove: 'To prove it, send any message from the device to this address.',
    copy: 'Copy the proof address',
    provenAgain: 'It was proven again',
    supportReads: 'Support reads that before anything is decided.',
    answer: 'Why it is still yours',
    answerHint: 'Since when you have it, and what shows it: a contract, a bill, whom we can call.',
    answerMissing: { message: 'Nothing is typed.', nextStep: 'Say in a sentence why it is still yours.' },
    notAsked: { message: 'This is not asked any more.', nextStep: 'There is nothing left to answer.' },
    oftenToday: {
      message: 'You have answered several times today.',
      nextStep: 'Support reads your last answer. Add to it tomorrow, or write to support.',
    },
    send: 'It is still ours',
    pending: 'Sending',
    done: 'Your answer is with support.',
    answered: 'You have answered:',
    otherwise: 'If it is no longer yours, remove it above.',
  },
  waitingTitle: (name: string) => `Is ${name} still yours?`,
  waitingText: (date: string) => `Answer or prove it again by ${date}. After that it may be removed.`,
  waitingOver: 'The time for an answer is over, and it may be removed. Answer now, or prove it again.',
  waitingAction: 'Answer',
  /** For support. */
  title: 'Held by somebody else',
  lead: 'Neither side sees the other. A takeover asks the holder first; after that, approving needs two persons and ends what the holder has.',
  holder: (account: string, server: string) => `${account}, ${server}`,
  since: 'In force since',
  suspended: 'suspended now',
  lastSignIns: (count: number) =>
    count === 0
      ? 'The holder has not signed in from it since it was asked.'
      : count === 1
        ? 'The holder has signed in from it once since it was asked.'
        : `The holder has signed in from it ${count.toLocaleString('en')} times since it was asked.`,
  notAsked: 'The holder is not asked yet.',
  askedUntil: 'Asked, with time until',
  timeOver: 'Asked, and the time is over since',
  says: 'The holder says:',
  silent: 'The holder has not answered.',
  wasCalledOff: 'Asked before, and called off',
  said: 'The holder had said:',
  wasSilent: 'The holder had not answered.',
  provenAgain: 'The holder has proven it again,',
  reason: 'Why it may have been given away',
  reasonHint: 'For support alone: neither side reads it.',
  start: 'Start a takeover',
  started: 'The holder is asked.',
  callOffReason: 'Why it stays with the holder',
  callOff: 'Call the takeover off',
  calledOff: 'Called off. It stays with the holder.',
  needsSecond: 'A takeover needs a second person.',
  clearedNeedsSecond: 'Staff lately removed what somebody else held of it, so that it needs a second person.',
  refusals: {
    control_missing: {
      message: 'Control is not proven here.',
      nextStep: 'A takeover begins with a proof from the new holder.',
    },
    nobody_holds_it: { message: 'Nobody else holds this address any more.', nextStep: 'Decide as usual.' },
    asked_already: { message: 'The holder is asked already.', nextStep: 'Wait until the time is over.' },
    not_started: { message: 'No takeover is under way.', nextStep: 'Read the request again.' },
  },
};
