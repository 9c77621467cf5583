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

// For the preview pages and the tests: one or more mails of each kind, as a day in the demo's world would make them.

const account: MailAccount = { slug: 'acme', name: 'Acme Devices' };

const entry: MailSubjectEntry = {
  id: '6f1c2f0e-4a52-4f5e-9d5b-0d0b6f0f7a11',
  network: '45.80.12.9',
  label: 'Elm Street scanner',
  server: 'acme-production',
  proofGeneration: 1,
  addressesNeeded: 1,
  senderDomains: ['acme.example'],
  requestedBy: 'Jo Reyes',
};

const range: MailSubjectEntry = {
  ...entry,
  id: '0c7f3f4e-95a4-4f6a-8a43-0f0de4b0cb22',
  network: '2a01:7c8:aab0:1f::/64',
  label: 'Data centre, ERP',
};

const copiers: MailEntry = {
  id: '9a0d9b1a-33e0-4a0e-8c57-5f3d55ad9c33',
  network: '45.80.3.17',
  label: 'Head office, Canon copiers',
  server: 'acme-production',
};
const printers: MailEntry = {
  id: '1e5a7c2d-7a44-4c0b-b0f1-8d1f7f0f6d44',
  network: '45.80.3.24/30',
  label: 'Warehouse label printers',
  server: 'acme-production',
};
const fax: MailEntry = {
  id: '5b4f2d60-e6a1-4b6e-9f80-3b7d1c9a0e55',
  network: '45.81.90.2',
  label: null,
  server: 'acme-staging',
};

const scope: MailScope = {
  senderDomains: ['acme.example'],
  recipientDomains: null,
  tls: 'offered',
  messagesPerHour: 400,
  recipientsPerMessage: 100,
  messageBytes: 26_214_400,
};

const at = '2026-11-20T12:02:00.000Z';
const signals = [
  { what: 'complaint', count: 14 },
  { what: 'spam', count: 212 },
  { what: 'unknown_recipients', count: 1 },
] as const;

const listed = (...entries: MailEntry[]) => ({ entries, total: entries.length });

type Samples = { readonly [Kind in TemplateKind]: Readonly<Record<string, MailContent<Kind>>> };

function about<Values>(values: Values, subject: MailSubjectEntry | null = entry) {
  return { account, entry: subject, values };
}

function forStaff<Values>(values: Values) {
  return { account: null, entry: null, values };
}

const senderDomain = {
  domain: 'scans.acme.example',
  server: 'acme-production',
  recordName: '_postern-challenge.scans.acme.example',
};

const pausedByFeed: MailValues['out_of_force'] = {
  cause: 'subscription_lapsed',
  reason: null,
  listed: { entries: [copiers, printers, fax], total: 12 },
};

export const mailSamples: Samples = {
  received: {
    'one address': about({
      purpose: 'A scanner that cannot sign in.',
      needsOwner: false,
      endsAt: '2026-12-04T12:02:00.000Z',
    }),
    'by a member': about({ purpose: 'Scanners', needsOwner: true, endsAt: '2026-12-04T12:02:00.000Z' }),
    'a range': about(
      { purpose: 'Door controllers, two buildings.', needsOwner: false, endsAt: '2026-12-04T12:02:00.000Z' },
      { ...range, network: '45.80.3.24/29', addressesNeeded: 2, requestedBy: null },
    ),
  },
  owner_needed: { 'another one': about({}) },
  question: {
    question: about({
      question:
        'The name of this address says it is dynamic:\n66-201-84-45.dyn.metro.example\n\nCan your provider confirm that it is static?',
      endsAt: '2026-12-04T12:02:00.000Z',
    }),
  },
  proof_seen: {
    complete: about({
      method: 'sending',
      address: '45.80.12.9',
      at,
      ehlo: 'scanner-7',
      tls: null,
      complete: true,
    }),
    'one of two': about(
      { method: 'sign_in', address: '45.80.3.25', at, ehlo: null, tls: 'TLSv1.3', complete: false },
      { ...range, network: '45.80.3.24/29', addressesNeeded: 2 },
    ),
  },
  proof_missing: {
    'day 3': about({ day: 3, endsAt: '2026-12-04T12:02:00.000Z' }),
    'day 10': about({ day: 10, endsAt: '2026-11-27T12:02:00.000Z' }),
  },
  proof_lost: { 'of a request': about({ live: false }), 'in force': about({ live: true }) },
  approved: {
    'as usual': about({
      reason: 'Static business line, proven, holder is Acme.',
      reviewBy: '2027-11-20T12:02:00.000Z',
      scope,
    }),
    'narrow scope': about({
      reason: 'Proven.',
      reviewBy: '2027-03-14T00:00:00.000Z',
      scope: {
        ...scope,
        tls: 'hidden',
        recipientDomains: ['acme.example'],
        messagesPerHour: 20,
        messageBytes: 1_048_576,
      },
    }),
  },
  rejected: {
    'by support': about({
      reason: 'This address belongs to a pool for home connections. Ask your provider for a business line.',
    }),
    'by what was found': about({
      reason: '',
      failure: { requirement: 'not_shared', code: 'shared_egress' },
    }),
    'with its server': about({
      reason: '',
      failure: { requirement: 'paid_subscription', code: 'server_closed' },
    }),
  },
  expired: {
    'no proof': about({ cause: 'no_proof' }),
    'no answer': about({ cause: 'no_answer' }),
    'not renewed': about({ cause: 'not_renewed' }),
    idle: about({ cause: 'idle' }),
    withdrawn: about({ cause: 'withdrawn' }),
  },
  scope_decided: {
    granted: about({ granted: true, reason: 'Both domains are yours.' }),
    refused: about({ granted: false, reason: 'A scanner needs no 10,000 messages an hour.' }),
  },
  lapse_soon: {
    'many entries': about(
      {
        ...listed(copiers, printers, fax),
        server: 'acme-production',
        endsAt: '2026-11-27T12:02:00.000Z',
        days: 7,
      },
      null,
    ),
    'one entry': about(
      { ...listed(copiers), server: 'acme-production', endsAt: '2026-11-21T12:02:00.000Z', days: 1 },
      null,
    ),
  },
  out_of_force: {
    'many lapsed': about(pausedByFeed, null),
    'suspended by support': about({
      cause: 'staff',
      reason: 'Your provider says that the line has moved.',
      listed: null,
    }),
    'paused by an owner': about({ cause: 'owner', reason: 'The office moves.', listed: null }),
    'renewal overdue': about(
      {
        cause: 'renewal_overdue',
        reason: null,
        listed: listed(copiers),
        expiresAt: '2026-12-20T12:02:00.000Z',
      },
      null,
    ),
    'many overdue': about(
      {
        cause: 'renewal_overdue',
        reason: null,
        listed: listed(copiers, fax),
        expiresAt: '2026-12-20T12:02:00.000Z',
      },
      null,
    ),
    'evidence has changed': about({ cause: 'drift', reason: null, listed: null }),
    'account cancelled': about(
      { cause: 'account_cancelled', reason: 'Fraud.', listed: listed(copiers, fax) },
      null,
    ),
  },
  back_in_force: {
    many: about({ cause: 'subscription_lapsed', reason: null, listed: listed(copiers, printers, fax) }, null),
    one: about({ cause: 'staff', reason: 'Thank you, the line is yours.', listed: null }),
  },
  account_standing: {
    closed: about(
      {
        ...{ standing: 'closed', server: null, reason: 'Fraud.' },
        ...{ removed: listed(copiers, fax), rejected: listed(printers) },
      },
      null,
    ),
    reopened: about(
      {
        ...{ standing: 'reopened', server: null, reason: 'It was not them.' },
        ...{ removed: listed(), rejected: listed() },
      },
      null,
    ),
    'a server suspended': about(
      {
        ...{ standing: 'suspended', server: 'acme-production', reason: null },
        ...{ removed: listed(), rejected: listed() },
      },
      null,
    ),
    'a server restored': about(
      {
        ...{ standing: 'restored', server: 'acme-production', reason: 'The copier is repaired.' },
        ...{ removed: listed(), rejected: listed() },
      },
      null,
    ),
  },
  removed: {
    'for abuse': about({
      cause: 'abuse',
      reason: '14 complaints since this morning.',
      signals: [...signals],
      samples: [
        {
          at,
          sender: 'scanner@acme.example',
          recipient: 'j…@hospital.example',
          subject: 'Your parcel is waiting ••••',
        },
        {
          at,
          sender: 'scanner@acme.example',
          recipient: 'm…@school.example',
          subject: 'Invoice ••••••••-••',
        },
        { at, sender: 'scanner@acme.example', recipient: 'b…@shop.example', subject: 'Last reminder for …' },
      ],
      coolDownUntil: '2027-02-18T12:02:00.000Z',
    }),
    'by an owner': about({ cause: 'owner', reason: '', signals: [], samples: [], coolDownUntil: null }),
    'by support': about({
      cause: 'staff',
      reason: 'As you asked on the phone.',
      signals: [],
      samples: [],
      coolDownUntil: null,
    }),
    'after a takeover': about({
      cause: 'takeover',
      reason: '',
      signals: [],
      samples: [],
      coolDownUntil: null,
    }),
  },
  takeover: {
    takeover: about({ until: '2026-11-27T12:02:00.000Z' }),
    settled: about({ until: null }),
  },
  renew: {
    one: about(
      { items: [{ ...copiers, reviewBy: '2026-12-20T00:00:00.000Z', leaseEnd: '2026-12-20', days: 30 }] },
      null,
    ),
    'taken over': about(
      {
        items: [
          { ...copiers, reviewBy: '2026-12-20T00:00:00.000Z', leaseEnd: null, days: 30, inherited: true },
        ],
      },
      null,
    ),
    paused: about(
      { items: [{ ...fax, reviewBy: '2026-12-20T00:00:00.000Z', leaseEnd: null, days: 30, paused: true }] },
      null,
    ),
    many: about(
      {
        items: [
          { ...printers, reviewBy: '2026-11-27T12:02:00.000Z', leaseEnd: null, days: 7 },
          { ...copiers, reviewBy: '2026-11-21T12:02:00.000Z', leaseEnd: null, days: 1 },
          { ...fax, reviewBy: '2026-12-20T00:00:00.000Z', leaseEnd: '2026-12-20', days: 30 },
        ],
      },
      null,
    ),
  },
  idle: {
    'day 150': about({
      day: 150,
      lastMessageAt: '2026-06-23T12:02:00.000Z',
      endsAt: '2026-12-20T12:02:00.000Z',
    }),
    'day 170, never sent': about(
      { day: 170, lastMessageAt: null, endsAt: '2026-11-30T12:02:00.000Z' },
      range,
    ),
  },
  warned: { warned: about({ signals: [...signals], since: at }) },
  throttled: {
    throttled: about({
      signals: [...signals],
      since: at,
      messagesPerHour: 20,
      until: '2026-11-21T12:02:00.000Z',
    }),
  },
  sender_domain: {
    missing: about({ ...senderDomain, endsAt: '2026-12-20T12:02:00.000Z' }, null),
    ended: about({ ...senderDomain, endsAt: null }, null),
    silent: about({ ...senderDomain, endsAt: null, silent: true }, null),
  },
  owner_added: {
    added: about({ email: 'new@acme.example', name: 'Kim Sato', by: 'Jo Reyes' }, null),
    'by the platform': about({ email: 'new@acme.example', name: null, by: null }, null),
  },
  invitation: {
    'to an account': about({ role: 'member', invitedBy: 'Jo Reyes', accept: true }, null),
    'by the platform': about({ role: 'member', invitedBy: null }, null),
    'to the staff': forStaff({ role: 'support', invitedBy: null }),
  },
  token_created: {
    account: forStaff({
      name: 'Deployment',
      scope: 'account',
      expiresAt: '2027-11-20T12:02:00.000Z',
      from: '198.51.100.7',
    }),
    platform: forStaff({ name: 'billing feed', scope: 'platform', expiresAt: null, from: null }),
  },
  access_changed: {
    'password changed': forStaff({ change: 'password_changed', at, from: '198.51.100.7', tokens: 0 }),
    'authenticator added': forStaff({ change: 'authenticator_added', at, from: '198.51.100.7', tokens: 0 }),
    'authenticator removed': forStaff({
      change: 'authenticator_removed',
      at,
      from: '2001:db8::7',
      tokens: 0,
    }),
    'password reset': forStaff({ change: 'password_reset', at, from: null, tokens: 2 }),
    'authenticator reset': forStaff({ change: 'authenticator_reset', at, from: null, tokens: 1 }),
    'both reset': forStaff({ change: 'both_reset', at, from: null, tokens: 0 }),
  },
  role_changed: {
    changed: forStaff({ account: 'Acme Devices', role: 'viewer', by: 'Jo Reyes' }),
    removed: forStaff({ account: 'Acme Devices', role: null, by: null }),
    staff: forStaff({ account: null, role: 'admin', by: null }),
  },
  answer: {
    answer: about({
      answer: 'Yes, it is static. The confirmation is attached to ticket 4711.',
      by: 'Jo Reyes',
    }),
  },
  queue_digest: {
    queue: forStaff({
      inReview: 4,
      waitingForProof: 7,
      waitingForAnswer: 1,
      oldest: [
        { ...entry, account: 'Acme Devices', since: '2026-11-19T07:40:00.000Z' },
        { ...range, account: 'Globex', since: '2026-11-20T06:15:00.000Z' },
      ],
    }),
  },
  next_hop_down: {
    down: forStaff({
      hop: 'mta-1.platform.example:25',
      since: at,
      reason: 'connect ECONNREFUSED 192.0.2.10:25',
      waiting: 31,
    }),
  },
  nodes_disagree: {
    two: forStaff({
      nodes: [
        { name: 'fra-1', revision: 48213, entries: 12_400, hash: '9f3a61c0' },
        { name: 'iad-1', revision: 48213, entries: 12_399, hash: '17be02d4' },
      ],
      at,
    }),
  },
  fuse: {
    feed: forStaff({
      ...({ cause: 'feed', effect: 'out_of_force', gone: 86, minutes: 15 } as const),
      ...{ affected: 87, limit: 86, total: 4310, at },
    }),
  },
  abuse_call: {
    'a critical address': forStaff({
      ...{ about: 'entry', entry: copiers, account: 'Acme Devices', calledFor: 'removed' },
    } as const),
    'a critical address spared': forStaff({
      ...{ about: 'spared', entry: copiers, account: 'Acme Devices', why: 'idle' },
    } as const),
    'a proof taken back': forStaff({
      ...{ about: 'proof', entry: copiers, account: 'Acme Devices', outcome: 'suspended' },
    } as const),
    'proven anew': forStaff({
      ...{ about: 'proof', entry: copiers, account: 'Acme Devices', outcome: 'proven_anew' },
    } as const),
    'a silent domain': forStaff({
      ...{ about: 'domain', domain: 'scans.acme.example', server: 'acme-production' },
      ...{ account: 'Acme Devices', slug: 'acme' },
    } as const),
    'an account to be cancelled': forStaff({
      ...{ about: 'cancellation', account: 'Acme Devices', by: 'Kim Sato', reason: 'A spam trap mails.' },
    } as const),
    'an account': forStaff({ about: 'account', account: 'Acme Devices', removals: 4, days: 90 } as const),
  },
  mail_failed: {
    failed: forStaff({
      items: [
        { kind: 'out_of_force', to: 'gone@acme.example', reason: '550 5.1.1 no such user', at },
        { kind: 'renew', to: 'owner@globex.example', reason: 'not taken for 5 days', at },
      ],
    }),
  },
  digest: {
    digest: about(
      {
        items: [
          {
            kind: 'received',
            at,
            content: about({ purpose: 'Scanners', needsOwner: false, endsAt: '2026-12-04T12:02:00.000Z' }),
          },
          {
            kind: 'proof_seen',
            at: '2026-11-20T14:10:00.000Z',
            content: about({
              method: 'sending',
              address: '45.80.12.9',
              at,
              ehlo: 'scanner-7',
              tls: null,
              complete: true,
            }),
          },
          {
            kind: 'question',
            at: '2026-11-20T15:00:00.000Z',
            content: about({ question: 'Is it static?', endsAt: '2026-12-04T12:02:00.000Z' }),
          },
          {
            kind: 'renew',
            at: '2026-11-20T16:00:00.000Z',
            content: about(
              { items: [{ ...fax, reviewBy: '2026-12-20T00:00:00.000Z', leaseEnd: null, days: 30 }] },
              null,
            ),
          },
          {
            kind: 'back_in_force',
            at: '2026-11-20T17:00:00.000Z',
            content: about(
              { cause: 'subscription_lapsed', reason: null, listed: listed(copiers, printers) },
              null,
            ),
          },
        ],
      },
      null,
    ),
  },
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
