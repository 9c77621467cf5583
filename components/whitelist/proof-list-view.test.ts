import { expect, test } from 'vitest';
import type { Proof } from '../../lib/domain/evaluation.ts';
import { proofRows } from './proof-list-view.ts';

const at = new Date('2026-11-20T12:00:00Z');
const proof = (members: Partial<Proof> = {}): Proof => ({
  method: 'sending',
  address: '45.90.1.7',
  seenAt: at,
  ehlo: 'scanner-7',
  tls: 'TLSv1.3',
  withdrawnAt: null,
  ...members,
});
const named = (confirmed: 'yes' | 'no' | 'unknown') => ({
  addresses: [
    {
      address: '45.90.1.7',
      outcome: 'found' as const,
      names: [{ name: 'gw.acme.example', valid: true, confirmed }],
    },
  ],
  sampledFrom: null,
});

test('what the device called itself, how the line was sealed, what the address is called', () => {
  expect(proofRows([proof()], named('yes'))).toEqual([
    {
      method: 'sending',
      address: '45.90.1.7',
      at: at.getTime(),
      counts: true,
      seen: [
        { term: 'Named itself', value: 'scanner-7', note: null },
        { term: 'TLS', value: 'TLSv1.3', note: null },
        { term: 'Name of the address', value: 'gw.acme.example', note: 'leads back' },
      ],
    },
  ]);
});

test('what was not there, and what is not known', () => {
  const bare = proof({ method: 'sign_in', ehlo: null, tls: null });
  const seen = (ptr: Parameters<typeof proofRows>[1]) =>
    proofRows([bare], ptr)[0]?.seen.map((one) => one.value);
  expect(seen(null)).toEqual(['nothing', 'not used', 'not known']);
  const none = {
    addresses: [{ address: '45.90.1.7', outcome: 'none' as const, names: [] }],
    sampledFrom: null,
  };
  expect(seen(none)).toEqual(['nothing', 'not used', 'none']);
  expect(proofRows([bare], named('no'))[0]?.seen.at(-1)?.note).toBe('does not lead back');
  expect(proofRows([bare], named('unknown'))[0]?.seen.at(-1)?.note).toMatch(/not known/);
});

test('a page and a record show only the name; the newest first; one that was taken back says so', () => {
  const rows = proofRows(
    [proof({ method: 'http' }), proof({ method: 'dns' }), proof({ withdrawnAt: at })],
    named('yes'),
  );
  expect(rows.map((row) => [row.method, row.counts, row.seen.length])).toEqual([
    ['sending', false, 3],
    ['dns', true, 1],
    ['http', true, 1],
  ]);
});
