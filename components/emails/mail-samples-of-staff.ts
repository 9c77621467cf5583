import { about, at, copiers, entry, forStaff, range, type Samples } from './mail-sample-values.ts';

/** Of mail to staff. */
export const samplesOfStaff = {
  answer: {
    answer: about({
      answer: 'Yes, it is static. The confirmation is attached to ticket 4711.',
      by: 'Jo Reyes',
    }),
    holder: about({ answer: 'It is our line since 2019, see ticket 4711.', by: null, holder: true }),
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
} satisfies Partial<Samples>;
