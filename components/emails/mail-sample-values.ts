import type { TemplateKind } from '../../lib/domain/mail-kinds.ts';
import type {
  MailAccount,
  MailContent,
  MailEntry,
  MailScope,
  MailSubjectEntry,
  MailValues,
} from '../../lib/domain/mail-values.ts';
import type { MailContext } from './mail-template.ts';

// What the samples of mails are made of.

export const account: MailAccount = { slug: 'acme', name: 'Acme Devices' };

export const entry: MailSubjectEntry = {
  id: '6f1c2f0e-4a52-4f5e-9d5b-0d0b6f0f7a11',
  network: '45.80.12.9',
  label: 'Elm Street scanner',
  server: 'acme-production',
  proofGeneration: 1,
  addressesNeeded: 1,
  senderDomains: ['acme.example'],
  requestedBy: 'Jo Reyes',
};

export const range: MailSubjectEntry = {
  ...entry,
  id: '0c7f3f4e-95a4-4f6a-8a43-0f0de4b0cb22',
  network: '2a01:7c8:aab0:1f::/64',
  label: 'Data centre, ERP',
};

export const copiers: MailEntry = {
  id: '9a0d9b1a-33e0-4a0e-8c57-5f3d55ad9c33',
  network: '45.80.3.17',
  label: 'Head office, Canon copiers',
  server: 'acme-production',
};
export const printers: MailEntry = {
  id: '1e5a7c2d-7a44-4c0b-b0f1-8d1f7f0f6d44',
  network: '45.80.3.24/30',
  label: 'Warehouse label printers',
  server: 'acme-production',
};
export const fax: MailEntry = {
  id: '5b4f2d60-e6a1-4b6e-9f80-3b7d1c9a0e55',
  network: '45.81.90.2',
  label: null,
  server: 'acme-staging',
};

export const scope: MailScope = {
  senderDomains: ['acme.example'],
  recipientDomains: null,
  tls: 'offered',
  messagesPerHour: 400,
  recipientsPerMessage: 100,
  messageBytes: 26_214_400,
};

export const at = '2026-11-20T12:02:00.000Z';
export const signals = [
  { what: 'complaint', count: 14 },
  { what: 'spam', count: 212 },
  { what: 'unknown_recipients', count: 1 },
] as const;

export const listed = (...entries: MailEntry[]) => ({ entries, total: entries.length });

export type Samples = { readonly [Kind in TemplateKind]: Readonly<Record<string, MailContent<Kind>>> };

export function about<Values>(values: Values, subject: MailSubjectEntry | null = entry) {
  return { account, entry: subject, values };
}

export function forStaff<Values>(values: Values) {
  return { account: null, entry: null, values };
}

export const senderDomain = {
  domain: 'scans.acme.example',
  server: 'acme-production',
  recordName: '_postern-challenge.scans.acme.example',
};

export const pausedByFeed: MailValues['out_of_force'] = {
  cause: 'subscription_lapsed',
  reason: null,
  listed: { entries: [copiers, printers, fax], total: 12 },
};

/** The context in which samples are shown. */
export const sampleContext: MailContext = {
  platform: 'Example Mail',
  supportAddress: 'support@postern.example',
  portalUrl: 'http://127.0.0.1:3000',
  smtp: { host: 'smtp.example.net', ports: [25, 2525], tlsPorts: [465] },
  reader: { name: 'Jo Reyes', timeZone: 'Europe/Berlin', hasPassword: false },
  turnOffUrl: 'http://127.0.0.1:3000/mail/sample',
  proofAddress: '4830117741@proof.example.net',
  invitationUrl: 'http://127.0.0.1:3000/invitation/sample',
};
