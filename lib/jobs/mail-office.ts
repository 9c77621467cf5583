import path from 'node:path';
import { createMailer, type Mailer } from '../adapters/mailer.ts';
import type { Secrets } from '../secrets/keys.ts';

/** The part of the environment that mail is made from. */
export type MailSettings = {
  dataDir: string;
  /** Without a slash at its end. */
  portalUrl: string;
  platformName: string;
  supportAddress: string;
  smtpPublicName: string;
  smtpPorts: number[];
  smtpTlsPorts: number[];
  /** None: mail becomes files in a Maildir of the data directory. */
  smtpNextHop: readonly string[];
  proofDomain: string;
  authSecret: string;
  authSecretPrevious: string | null;
};

export type MailOffice = { settings: MailSettings; mailer: Mailer; secrets: Secrets };

/** Where notification mail goes while there is no next hop: a Maildir, readable by any mail program. */
function notificationMaildir(dataDir: string): string {
  return path.join(dataDir, 'maildir-notifications');
}

export function openMailOffice(settings: MailSettings): MailOffice {
  return {
    settings,
    secrets: { current: settings.authSecret, previous: settings.authSecretPrevious },
    mailer: createMailer({
      nextHops: settings.smtpNextHop,
      maildir: notificationMaildir(settings.dataDir),
      from: { name: settings.platformName, address: settings.supportAddress },
    }),
  };
}
