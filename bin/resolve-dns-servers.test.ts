import { Resolver } from 'node:dns';
import { expect, test } from 'vitest';
import { resolveDnsServers } from './resolve-dns-servers.ts';

test('addresses stay, names become addresses, and a resolver takes them all', async () => {
  const resolved = await resolveDnsServers([
    ...[
      '9.9.9.9',
      '9.9.9.9:5353',
      '2620:fe::fe',
      '[2620:fe::fe]',
      '[::1]:5353',
      'localhost',
      'localhost:5353',
    ],
  ]);
  if (!resolved.ok) throw new Error(resolved.message);
  const [local, localWithPort] = resolved.servers.splice(-2);
  expect(resolved.servers).toEqual([
    ...['9.9.9.9', '9.9.9.9:5353', '[2620:fe::fe]', '[2620:fe::fe]', '[::1]:5353'],
  ]);
  expect(['127.0.0.1', '[::1]']).toContain(local);
  expect(localWithPort).toBe(`${local}:5353`);
  new Resolver().setServers([...resolved.servers, local ?? '', localWithPort ?? '']);
});

test('a name without an address is told with its setting', async () => {
  expect(await resolveDnsServers(['9.9.9.9', 'abc.invalid:53'])).toEqual({
    ok: false,
    message: expect.stringMatching(/^DNS_SERVERS: the name "abc\.invalid" has no address \(E\w+\): /),
  });
});
