import type { MailValues } from '../../../lib/domain/mail-values.ts';

type Standing = MailValues['account_standing']['standing'];

/** What has become of a whole account, or of a server. */
export const standing = {
  server: (slug: string) => `Server ${slug}`,
  subject: (name: string, now: Standing) => `${name} is ${standing.now[now]}`,
  now: {
    closed: 'closed',
    reopened: 'open again',
    suspended: 'suspended',
    restored: 'no longer suspended',
  } satisfies Record<Standing, string>,
  status: {
    closed: 'Closed',
    reopened: 'Open again',
    suspended: 'Suspended',
    restored: 'Restored',
  } satisfies Record<Standing, string>,
  text: {
    closed: 'Support has closed it. No mail is taken, neither from its addresses nor with its SMTP users.',
    reopened: 'Support has opened it again. Its SMTP users can send, and addresses can be asked for.',
    suspended: 'Until that is lifted no mail is taken, neither from its addresses nor with its SMTP users.',
    restored: 'Its SMTP users can send again, and addresses can be asked for.',
  } satisfies Record<Standing, string>,
  again: 'Addresses of it were removed for abuse again and again.',
  removed: 'Removed with it',
  rejected: 'Requests that were rejected with it',
  next: {
    closed: 'If you did not expect this, answer this mail.',
    reopened: 'Addresses that ended with the closing stay ended: ask for them again from their pages.',
    suspended: 'Find and stop what sends it, then answer this mail and say what you did.',
    restored: 'There is nothing to do.',
  } satisfies Record<Standing, string>,
};
