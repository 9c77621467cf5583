import { expect, test } from 'vitest';
import {
  decideRecipient,
  isSandboxed,
  type RecipientFacts,
  type RelayScope,
  standingAt,
} from './smtp-decision.ts';
import type { Mailbox } from './smtp-path.ts';

const at = (localPart: string, domain: string): Mailbox => ({
  text: `${localPart}@${domain}`,
  localPart,
  domain,
});

const scope: RelayScope = {
  senderDomains: new Set(['acme.example']),
  recipientDomains: null,
  tls: 'offered',
  messagesPerHour: 100,
  recipientsPerMessage: 3,
  messageBytes: 1000,
  sandboxUntil: null,
  needs: 'either',
};

const allowed: RecipientFacts = {
  standing: 'in_force',
  scope,
  copyTooOld: false,
  encrypted: false,
  sender: at('printer', 'acme.example'),
  recipient: at('b', 'elsewhere.example'),
  accepted: 0,
};

const within = (changes: Partial<RelayScope>) => ({ scope: { ...scope, ...changes } });
const only = { recipientDomains: new Set(['in.example']) };

test.each<[string, Partial<RecipientFacts>, string | null]>([
  ['in force and in scope', {}, null],
  ['the null reverse-path, which the header answers for', { sender: null }, null],
  ['the last recipient', { accepted: 2 }, null],
  ['encrypted as required', { ...within({ tls: 'required' }), encrypted: true }, null],
  ['a recipient domain in scope', { ...within(only), recipient: at('b', 'in.example') }, null],
  ['not listed', { standing: 'none', scope: null }, 'not_whitelisted'],
  ['in force without a scope', { scope: null }, 'not_whitelisted'],
  ['suspended', { standing: 'suspended' }, 'suspended'],
  ['lapsed', { standing: 'lapsed' }, 'lapsed'],
  ['cancelled', { standing: 'cancelled' }, 'cancelled'],
  ['removed for abuse', { standing: 'removed_for_abuse' }, 'removed_for_abuse'],
  ['listed where a sign-in is needed too', { standing: 'sign_in_needed', scope: null }, 'sign_in_needed'],
  ['signed in where an address is needed too', { standing: 'address_needed', scope: null }, 'address_needed'],
  ['a copy too old, whoever it is', { copyTooOld: true, standing: 'none' }, 'copy_too_old'],
  ['TLS required', within({ tls: 'required' }), 'tls_required'],
  ['another sender domain', { sender: at('a', 'evil.example') }, 'sender_out_of_scope'],
  ['a sub-domain of one in scope', { sender: at('a', 'sub.acme.example') }, 'sender_out_of_scope'],
  ['no sender domain verified', within({ senderDomains: new Set() }), 'sender_out_of_scope'],
  ['a recipient domain out of scope', within(only), 'recipient_out_of_scope'],
  [
    'percent hack behind a domain in scope',
    { ...within(only), recipient: at('v%else', 'in.example') },
    'recipient_out_of_scope',
  ],
  [
    'bang path behind a domain in scope',
    { ...within(only), recipient: at('else!v', 'in.example') },
    'recipient_out_of_scope',
  ],
  ['one recipient too many', { accepted: 3 }, 'too_many_recipients'],
])('%s: %s', (_, changes, refusal) => {
  expect(decideRecipient({ ...allowed, ...changes })).toBe(refusal);
});

test.each([
  ['in_force', null, 'in_force'],
  ['in_force', 1001, 'in_force'],
  ['in_force', 1000, 'lapsed'],
  ['in_force', 999, 'lapsed'],
  ['suspended', 999, 'suspended'],
  ['cancelled', 999, 'cancelled'],
] as const)('%s until %s is %s', (standing, expiresAt, expected) => {
  expect(standingAt(standing, expiresAt, 1000)).toBe(expected);
});

test('a sandbox ends by itself', () => {
  expect(isSandboxed(scope, 1000)).toBe(false);
  expect(isSandboxed({ ...scope, sandboxUntil: 1001 }, 1000)).toBe(true);
  expect(isSandboxed({ ...scope, sandboxUntil: 1000 }, 1000)).toBe(false);
});
