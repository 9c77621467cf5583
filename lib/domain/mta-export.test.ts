import { describe, expect, test } from 'vitest';
import { type RelayEntry, writeExport } from './mta-export.ts';

const entry = (network: string, changes: Partial<RelayEntry> = {}): RelayEntry => ({
  network,
  senderDomains: ['acme.example'],
  recipientDomains: null,
  tls: 'offered',
  sandboxed: false,
  ...changes,
});

const entries = [
  entry('203.0.113.5/32'),
  entry('203.0.113.64/26', { senderDomains: ['globex.example', 'acme.example'] }),
  entry('203.0.113.6/32', { tls: 'required' }),
  entry('203.0.113.7/32', { sandboxed: true }),
  entry('203.0.113.8/32', { recipientDomains: ['in.example'] }),
  entry('2001:db8::5/128', { tls: 'hidden' }),
];

const body = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('in force', () => {
  test('Postfix: TLS and sandbox are held to, narrower recipients left out', () => {
    const { text, entries: count, leftOut } = writeExport('postfix', entries, false);
    expect(body(text)).toEqual([
      '203.0.113.5/32 permit',
      '203.0.113.64/26 permit',
      '203.0.113.6/32 reject_plaintext_session, permit',
      '203.0.113.7/32 DISCARD sandbox',
      '2001:db8::5/128 permit',
    ]);
    expect([count, leftOut]).toEqual([5, 1]);
    expect(text).toContain('# Left out, as postfix cannot hold to their scope: 1\n');
  });

  test('Haraka: only addresses, always with their prefix', () => {
    const { text, leftOut } = writeExport('haraka', entries, false);
    expect(body(text)).toEqual(['203.0.113.5/32', '203.0.113.64/26', '2001:db8::5/128']);
    expect(leftOut).toBe(3);
  });

  test('KumoMTA: who may send as each domain', () => {
    const { text, leftOut } = writeExport('kumomta', entries, false);
    expect(body(text)).toEqual([
      '["acme.example"]',
      'relay_from = ["203.0.113.5/32", "203.0.113.64/26", "2001:db8::5/128"]',
      '["globex.example"]',
      'relay_from = ["203.0.113.64/26"]',
    ]);
    expect(leftOut).toBe(3);
  });

  test('nothing is a file too', () => {
    expect(writeExport('haraka', [], false)).toMatchObject({ entries: 0, leftOut: 0 });
    expect(body(writeExport('kumomta', [], false).text)).toEqual([]);
  });
});

describe('not known for too long', () => {
  test('Postfix asks known clients to come back', () => {
    const { text, entries: count } = writeExport('postfix', entries, true);
    expect(body(text)).toHaveLength(5);
    for (const line of body(text)) expect(line).toMatch(/^\S+ 451 4\.3\.0 /);
    expect(count).toBe(0);
  });

  test.each(['haraka', 'kumomta'] as const)('%s lets nobody in', (format) => {
    const { text } = writeExport(format, entries, true);
    expect(body(text)).toEqual([]);
    expect(text).toContain('nothing is in force here');
  });
});
