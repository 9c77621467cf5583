import type { MailChoice, MailGroup } from '../../domain/mail-kinds.ts';

/** What people choose about their mail. */
export const notifications = {
  title: 'Notification mail',
  what: 'What you get',
  lead: (email: string) => `What we write to ${email}, and when.`,
  always:
    'Mail that protects your addresses and accounts always comes: out of force, removed, closed, suspended, abuse, your sign-in and role, new owners, new tokens.',
  choices: {
    usual: 'As usual',
    at_once: 'At once',
    daily: 'Once a day, at 8 in the morning',
    off: 'Not at all',
  } satisfies Record<MailChoice | 'usual', string>,
  groups: {
    requests: {
      name: 'Requests',
      description:
        'From asking for an address to the decision. As usual: yours at once, what others asked for in the morning.',
    },
    force: {
      name: 'Back in force',
      description: 'When addresses that were out of force are in force again.',
    },
    renewals: {
      name: 'Renewals',
      description: 'Reminders 30, 7 and 1 days before a review date, and about addresses that do not send.',
    },
    abuse: { name: 'Abuse', description: 'Complaints about mail from your addresses.' },
    access: { name: 'People and tokens', description: 'Who gets access in your name.' },
    queue: {
      name: 'The queue',
      description: 'What waits for a decision in the morning, and answers to your questions.',
    },
    platform: {
      name: 'The platform',
      description: 'Next hops, the fuse, abuse that a person decides about, mail that was not delivered.',
    },
  } satisfies Record<MailGroup, { name: string; description: string }>,
  save: 'Save',
  saving: 'Saving',
  saved: 'Saved. It holds from the next mail on.',
  timeZone: {
    title: 'Your time zone',
    label: 'Time zone',
    hint: 'Times in pages and mails are yours, and so is the morning.',
    saved: 'Saved.',
    unknown: { message: 'This is no time zone that we know.', nextStep: 'Choose one from the list.' },
  },
  turnOff: {
    title: (group: string) => `Turn off mail about “${group}”`,
    lead: 'Such mail is then no longer sent to you. Mail that protects your addresses and accounts still comes.',
    button: 'Turn it off',
    pending: 'Turning off',
    done: 'Turned off. You can turn it on again under Notification mail, once you have signed in.',
    gone: 'This link does not open',
    goneText: 'A part of it is missing. Sign in to choose which mail you get.',
  },
} as const;
