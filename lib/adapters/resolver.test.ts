import { afterEach, describe, expect, test } from 'vitest';
import { createResolver } from './resolver.ts';
import { type DnsHandler, type DnsServer, startDnsServer, zone } from './testing/dns-server.ts';

let server: DnsServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function resolverFor(handler: DnsHandler) {
  server = await startDnsServer(handler);
  return createResolver({ servers: [server.address], timeoutMs: 200, tries: 1, retryAfterMs: 0 });
}

describe('a lookup ends in one of a closed set', () => {
  test.each([
    ['a name', ['host.example.net'], { outcome: 'found', records: ['host.example.net'] }],
    ['no such name', 'NXDOMAIN', { outcome: 'none', reason: 'no_such_name' }],
    ['a name without that record', 'NOERROR', { outcome: 'none', reason: 'no_such_record' }],
    ['the server fails', 'SERVFAIL', { outcome: 'temporary_error', cause: 'server_failure' }],
    ['the server refuses', 'REFUSED', { outcome: 'temporary_error', cause: 'refused' }],
    ['the server does not understand', 'FORMERR', { outcome: 'temporary_error', cause: 'bad_answer' }],
    ['nobody answers', 'silence', { outcome: 'temporary_error', cause: 'timeout' }],
    ['bytes that are no answer', 'garbage', { outcome: 'temporary_error', cause: 'bad_answer' }],
  ] as const)('%s', async (_what, reply, expected) => {
    const resolver = await resolverFor(zone({ 'PTR 1.2.0.192.in-addr.arpa': reply }));
    expect(await resolver.ptr('1.2.0.192.in-addr.arpa')).toEqual(expected);
  });

  test('a server that is not there', async () => {
    const resolver = await resolverFor(zone({}));
    await server?.close();
    server = undefined;
    expect(await resolver.a('host.example')).toEqual({ outcome: 'temporary_error', cause: 'unreachable' });
  });
});

test('a failure at the server is tried once more, a refusal is not', async () => {
  let failures = 1;
  const resolver = await resolverFor(() => {
    failures -= 1;
    return failures >= 0 ? { code: 'SERVFAIL' } : { records: [{ type: 'A', data: '192.0.2.7' }] };
  });
  expect(await resolver.a('host.example')).toEqual({ outcome: 'found', records: ['192.0.2.7'] });
  server?.use(() => ({ code: 'REFUSED' }));
  const before = server?.questions.length ?? 0;
  await resolver.a('host.example');
  expect(server?.questions.length).toBe(before + 1);
});

test('an answer too long for a datagram comes over TCP, and no more names than anybody honest has', async () => {
  const names = Array.from({ length: 80 }, (_, index) => `host-${index}.a-rather-long-name.example.net`);
  const resolver = await resolverFor(zone({ 'PTR 1.2.0.192.in-addr.arpa': names }));
  const lookup = await resolver.ptr('1.2.0.192.in-addr.arpa');
  expect(lookup.outcome === 'found' ? lookup.records.length : lookup).toBe(50);
});

test('names of a delegated reverse zone are found behind their alias, a loop of aliases has none', async () => {
  const resolver = await resolverFor(
    zone({
      'PTR 9.2.0.192.in-addr.arpa': [
        { type: 'CNAME', data: '9.8-15.2.0.192.in-addr.arpa' },
        { name: '9.8-15.2.0.192.in-addr.arpa', type: 'PTR', data: 'office.example' },
      ],
      'PTR 10.2.0.192.in-addr.arpa': [
        { type: 'CNAME', data: 'a.example' },
        { name: 'a.example', type: 'CNAME', data: '10.2.0.192.in-addr.arpa' },
      ],
    }),
  );
  expect(await resolver.ptr('9.2.0.192.in-addr.arpa')).toEqual({
    outcome: 'found',
    records: ['office.example'],
  });
  expect(await resolver.ptr('10.2.0.192.in-addr.arpa')).toMatchObject({ outcome: 'none' });
});

test('hostile bytes in a name stay escaped', async () => {
  const labels = [Buffer.from('ev\0il\r\n'), Buffer.from('\x1b[31m'), Buffer.from('a.b')];
  const resolver = await resolverFor(zone({ 'PTR 1.2.0.192.in-addr.arpa': [{ type: 'PTR', data: labels }] }));
  expect(await resolver.ptr('1.2.0.192.in-addr.arpa')).toEqual({
    outcome: 'found',
    records: ['ev\\000il\\013\\010.\\027[31m.a\\.b'],
  });
});

test('the strings of a TXT record belong together', async () => {
  const text = 'x'.repeat(300);
  const resolver = await resolverFor(zone({ 'TXT t.example': [text, 'short'] }));
  expect(await resolver.txt('t.example')).toEqual({ outcome: 'found', records: [text, 'short'] });
});

test('several lookups at once are told apart', async () => {
  const resolver = await resolverFor(({ name }) => ({
    records: [{ type: 'A', data: `192.0.2.${name.slice(1, name.indexOf('.'))}` }],
  }));
  const lookups = await Promise.all([1, 2, 3, 4, 5].map((host) => resolver.a(`h${host}.example`)));
  expect(lookups.map((one) => (one.outcome === 'found' ? one.records[0] : null))).toEqual(
    [1, 2, 3, 4, 5].map((host) => `192.0.2.${host}`),
  );
});
