import type { ReactNode } from 'react';
import type { TemplateKind } from '../../lib/domain/mail-kinds.ts';
import type { DigestItem, MailAccount, MailSubjectEntry, MailValues } from '../../lib/domain/mail-values.ts';
import type { Tone } from './mail-style.ts';

/** What the platform says of itself, and who reads. Everything that is not a value of the moment. */
export type MailContext = {
  platform: string;
  supportAddress: string;
  /** Without a slash at its end. */
  portalUrl: string;
  smtp: { host: string; ports: number[]; tlsPorts: number[] };
  reader: { name: string | null; timeZone: string; hasPassword: boolean };
  /** Opens the page on which this kind of mail is turned off without signing in; null where it cannot be. */
  turnOffUrl: string | null;
  /** Where a proof of the entry is sent. */
  proofAddress: string | null;
  /** The link of an invitation: to set a password, which nothing but this mail has, or to where a person accepts. */
  invitationUrl: string | null;
};

/** For a digest, which names other mails by their subjects. */
export type RenderContext = MailContext & { subjectOf: (item: DigestItem) => string };

export type MailProps<Kind extends TemplateKind> = {
  account: MailAccount | null;
  entry: MailSubjectEntry | null;
  values: MailValues[Kind];
  context: RenderContext;
};

export type MailTemplate<Kind extends TemplateKind> = {
  /** Also the heading's twin in a digest: says on its own what happened. */
  subject: (props: MailProps<Kind>) => string;
  /** The line that a list of mails shows beside the subject. */
  preview: (props: MailProps<Kind>) => string;
  /** The word above the heading, as the portal shows the status. */
  status: (props: MailProps<Kind>) => { tone: Tone; word: string };
  title: (props: MailProps<Kind>) => string;
  Body: (props: MailProps<Kind>) => ReactNode;
};

/** For the kinds that are always about one entry; an entry that is missing is a bug of who notified. */
export function entryOf(props: { entry: MailSubjectEntry | null }): MailSubjectEntry {
  if (props.entry === null) throw new Error('this mail is about an entry and has none');
  return props.entry;
}

export function accountOf(props: { account: MailAccount | null }): MailAccount {
  if (props.account === null) throw new Error('this mail is about an account and has none');
  return props.account;
}
