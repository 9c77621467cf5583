import { about, at, forStaff, type Samples } from './mail-sample-values.ts';

/** Of mail about people and how they get in. */
export const samplesOfAccess = {
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
} satisfies Partial<Samples>;
