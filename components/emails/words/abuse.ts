import type { MailSignal } from '../../../lib/domain/mail-values.ts';

const plural = (count: number, one: string, many: string) =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString('en-GB')} ${many}`;

/** What was counted, in words. */
export const signalWords: Record<MailSignal['what'], (count: number) => string> = {
  complaint: (count) => plural(count, 'complaint of a recipient', 'complaints of recipients'),
  spam: (count) => plural(count, 'message that is spam', 'messages that are spam'),
  unknown_recipients: (count) =>
    plural(count, 'recipient that does not exist', 'recipients that do not exist'),
  volume: (count) => `${count.toLocaleString('en-GB')} messages in an hour, far more than usual`,
  listed: (count) => plural(count, 'list of spam senders names it', 'lists of spam senders name it'),
  report: (count) => plural(count, 'report to support', 'reports to support'),
};

export const abuse = {
  warned: {
    subject: (network: string) => `Something is wrong with mail from ${network}`,
    preview: 'Nothing is closed yet. Look at it today.',
    status: 'Warning',
    title: 'Look at what this address sends',
    text: (since: string) => `Since ${since} we have seen, about mail from this address:`,
    rule: 'Your organisation is responsible for every message from it. Nothing is closed yet; if it goes on, the address is slowed down, and may be suspended or removed.',
  },
  throttled: {
    subject: (network: string, rate: string) => `${network} is slowed down to ${rate} messages an hour`,
    preview: 'It is still in force. The cause has to go.',
    status: 'Slowed down',
    title: (rate: string) => `It may send ${rate} messages an hour for now`,
    text: (since: string) => `Since ${since} we have seen, about mail from this address:`,
    rule: 'What is above this rate is told to come back later, so nothing is lost. If it goes on, the address may be suspended or removed.',
    until: (when: string) => `It goes back to its own rate on ${when} if nothing more is seen.`,
  },
  whatToDo: 'What to do',
  steps: [
    'Find the device or program that sends it. Whoever can reach the internet through this address could.',
    'Stop it, and change every password that it knew.',
    'If you cannot find it today, pause the address on its page and send with a password meanwhile.',
  ],
} as const;
