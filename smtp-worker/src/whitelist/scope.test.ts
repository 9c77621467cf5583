import { expect, test } from 'vitest';
import type { NodeScope } from '../../../db/queries/node.ts';
import { isSandboxed } from '../../../lib/domain/smtp-decision.ts';
import { toRelayScope } from './scope.ts';

const written: NodeScope = {
  sender_domains: ['acme.example'],
  recipient_domains: null,
  tls: 'offered',
  messages_per_hour: 100,
  recipients_per_message: 10,
  message_bytes: 1000,
  mode: 'enforce',
  sandbox_until: null,
};

test('domains count whatever their case: those of mailboxes are in lower case', () => {
  const read = toRelayScope(
    { ...written, sender_domains: ['ACME.example'], recipient_domains: ['In.EXAMPLE'] },
    'both',
  );
  expect(read).toMatchObject({
    senderDomains: new Set(['acme.example']),
    recipientDomains: new Set(['in.example']),
    needs: 'both',
  });
  expect(toRelayScope(written, 'either').recipientDomains).toBeNull();
});

test.each([
  ['enforce', null, false],
  ['enforce', '2026-03-02T00:00:00Z', false],
  ['sandbox', '2026-03-02T00:00:00Z', true],
  ['sandbox', '2026-03-01T00:00:00Z', false],
  // Its end is not known: what was to be tried out is not delivered.
  ['sandbox', null, true],
] as const)('mode %s until %s: thrown away: %s', (mode, until, sandboxed) => {
  const scope = toRelayScope({ ...written, mode, sandbox_until: until }, 'either');
  expect(isSandboxed(scope, Date.UTC(2026, 2, 1))).toBe(sandboxed);
});
