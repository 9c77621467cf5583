import {
  about,
  at,
  copiers,
  fax,
  listed,
  pausedByFeed,
  printers,
  range,
  type Samples,
  scope,
  senderDomain,
  signals,
} from './mail-sample-values.ts';
import { samplesOfAccess } from './mail-samples-of-access.ts';
import { samplesOfStaff } from './mail-samples-of-staff.ts';

// For the preview pages and the tests: one or more mails of each kind, as a day in the demo's world would make them.

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
  ...samplesOfAccess,
  ...samplesOfStaff,
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
