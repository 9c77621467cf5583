import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFacts } from '../domain/evidence-parse.ts';
import { type Network, parseNetwork } from '../domain/network.ts';
import { dnsblGatherer } from './gather-dnsbl.ts';
import { ptrGatherer } from './gather-ptr.ts';
import { type KeptAnswer, type RdapMemory, rdapGatherer } from './gather-rdap.ts';
import type { Gatherer } from './gathering.ts';
import { ipDatabaseGatherer } from './ip-database.ts';
import { ipInsightsGatherer } from './ip-insights.ts';
import { createRateLimiter } from './rate-limit.ts';
import { shippedBootstrap } from './rdap-bootstrap-data.ts';
import { createResolver, type Resolver } from './resolver.ts';
import { type DnsHandler, type DnsServer, startDnsServer, zone } from './testing/dns-server.ts';
import { mmdbFile } from './testing/mmdb-file.ts';
import { type RdapServer, rdapNetwork, startRdapServer } from './testing/rdap-server.ts';

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.network;
}

const never = new AbortController().signal;

async function gather<Source extends 'ptr' | 'dnsbl' | 'rdap' | 'ip_database' | 'ip_insights'>(
  gatherer: Gatherer<Source>,
  text: string,
  known: string[] = [],
) {
  const gathered = await gatherer.gather({ network: network(text), known }, never);
  // What is stored comes back as it was.
  const stored = JSON.parse(JSON.stringify(gathered.facts));
  if (gathered.facts !== null) expect(parseFacts(gatherer.source, stored)).toEqual(gathered.facts);
  return gathered;
}

let dns: DnsServer;
let resolver: Resolver;
beforeAll(async () => {
  dns = await startDnsServer(zone({}));
  resolver = createResolver({ servers: [dns.address], timeoutMs: 200, tries: 1, retryAfterMs: 0 });
});
afterAll(() => dns.close());

function answering(table: Parameters<typeof zone>[0] | DnsHandler): void {
  dns.use(typeof table === 'function' ? table : zone(table));
  dns.questions.length = 0;
}

describe('names of an address', () => {
  const ptr = () => ptrGatherer(resolver);
  const reverse = 'PTR 7.1.90.45.in-addr.arpa';

  test('a name that leads back is confirmed, one that leads elsewhere is not', async () => {
    answering({
      [reverse]: ['Mail.Acme.Example', 'other.example', 'nowhere.example'],
      'A mail.acme.example': ['45.90.1.7', '45.90.1.8'],
      'A other.example': ['45.90.1.8'],
    });
    const { outcome, facts } = await gather(ptr(), '45.90.1.7');
    expect(outcome).toBe('found');
    expect(facts?.addresses[0]?.names).toEqual([
      { name: 'mail.acme.example', valid: true, confirmed: 'yes' },
      { name: 'nowhere.example', valid: true, confirmed: 'no' },
      { name: 'other.example', valid: true, confirmed: 'no' },
    ]);
  });

  test('no name', async () => {
    answering({});
    expect(await gather(ptr(), '45.90.1.7')).toMatchObject({ outcome: 'none' });
  });

  test.each(['SERVFAIL', 'silence', 'garbage', 'REFUSED'] as const)('%s is no answer', async (fault) => {
    answering({ [reverse]: fault });
    expect(await gather(ptr(), '45.90.1.7')).toMatchObject({ outcome: 'temporary_error' });
  });

  test('a forward lookup that fails confirms nothing and denies nothing', async () => {
    answering({ [reverse]: ['mail.acme.example'], 'A mail.acme.example': 'SERVFAIL' });
    const { outcome, facts } = await gather(ptr(), '45.90.1.7');
    expect(outcome).toBe('temporary_error');
    expect(facts?.addresses[0]?.names[0]?.confirmed).toBe('unknown');
  });

  test('hostile text is kept as it came, never asked for, never confirmed', async () => {
    const labels = [Buffer.from('<script>\r\n'), Buffer.from('acme.example')];
    answering({ [reverse]: [{ type: 'PTR', data: labels }], 'A acme.example': ['45.90.1.7'] });
    const { facts } = await gather(ptr(), '45.90.1.7');
    expect(facts?.addresses[0]?.names).toEqual([
      { name: '<script>\\013\\010.acme\\.example', valid: false, confirmed: 'no' },
    ]);
    expect(dns.questions).toEqual([reverse]);
  });

  test('more names than anybody honest has are not all followed', async () => {
    answering({ [reverse]: Array.from({ length: 40 }, (_, index) => `h${index}.example`) });
    const { facts } = await gather(ptr(), '45.90.1.7');
    expect(facts?.addresses[0]?.names).toHaveLength(10);
    expect(dns.questions.filter((question) => question.startsWith('A '))).toHaveLength(10);
  });

  test('IPv6 is asked by nibbles and confirmed by AAAA', async () => {
    const name = `${'7.0.0.0.'.padEnd(48, '0.')}8.0.9.0.2.0.a.2.ip6.arpa`;
    answering({ [`PTR ${name}`]: ['six.example'], 'AAAA six.example': ['2a02:908::7'] });
    const { facts } = await gather(ptr(), '2a02:908::7');
    expect(facts?.addresses[0]?.names[0]).toMatchObject({ name: 'six.example', confirmed: 'yes' });
  });

  test('each address of a small range, some of a wide one', async () => {
    answering({});
    const small = await gather(ptr(), '45.90.1.8/29');
    expect(small.facts?.sampledFrom).toBeNull();
    expect(small.facts?.addresses.map((one) => one.address)).toEqual(
      [9, 10, 11, 12, 13, 14].map((host) => `45.90.1.${host}`),
    );
    const wide = await gather(ptr(), '45.90.0.0/24', ['45.90.0.77', '8.8.8.8']);
    const asked = wide.facts?.addresses.map((one) => one.address) ?? [];
    expect(wide.facts?.sampledFrom).toBe('254');
    expect(asked).toHaveLength(8);
    expect(asked).toEqual(expect.arrayContaining(['45.90.0.77', '45.90.0.1', '45.90.0.254']));
    expect((await gather(ptr(), '2a02:908::/64', ['2a02:908::99'])).facts?.addresses[0]?.address).toBe(
      '2a02:908::99',
    );
  });
});

describe('DNS lists', () => {
  const lists = (...zones: string[]) => dnsblGatherer(resolver, async () => zones);
  const works = { 'A 2.0.0.127.bl.example': ['127.0.0.2'] };

  test('listed, with the codes and the reason; not listed', async () => {
    answering({
      ...works,
      'A 7.1.90.45.bl.example': ['127.0.0.4', '127.0.0.10'],
      'TXT 7.1.90.45.bl.example': ['see https://bl.example/'],
    });
    expect((await gather(lists('bl.example'), '45.90.1.7')).facts).toEqual({
      sampledFrom: null,
      zones: [
        {
          zone: 'bl.example',
          state: 'works',
          answers: [
            {
              address: '45.90.1.7',
              outcome: 'found',
              codes: ['127.0.0.10', '127.0.0.4'],
              text: 'see https://bl.example/',
            },
          ],
        },
      ],
    });
    expect(await gather(lists('bl.example'), '45.90.1.8')).toMatchObject({ outcome: 'none' });
  });

  test('a resolver that breaks is told to whoever asks, and nowhere else', async () => {
    const broken: Resolver = { ...resolver, a: () => Promise.reject(new Error('out of memory')) };
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    try {
      const asked = gather(
        dnsblGatherer(broken, async () => ['bl.example']),
        '45.90.1.7',
      );
      await expect(asked).rejects.toThrow('out of memory');
      await nextTurn();
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });

  test.each([
    [
      'lists everything',
      () => ({ records: [{ type: 'A' as const, data: '127.0.0.2' }] }),
      'lists_everything',
    ],
    ['lists nothing, not even its test entry', {}, 'lists_nothing'],
    ['does not answer', { 'A 2.0.0.127.bl.example': 'silence' as const }, 'temporary_error'],
    ['refuses us', { 'A 2.0.0.127.bl.example': ['127.255.255.254'] }, 'temporary_error'],
  ])('a zone that %s', async (_what, table, state) => {
    answering(table);
    const { facts } = await gather(lists('bl.example'), '45.90.1.7');
    expect(facts?.zones[0]?.state).toBe(state);
  });

  test('a zone that does not answer for an address leaves the whole unfinished', async () => {
    answering({ ...works, 'A 2.0.0.127.b2.example': ['127.0.0.2'], 'A 7.1.90.45.b2.example': 'SERVFAIL' });
    const { outcome, facts } = await gather(lists('bl.example', 'b2.example'), '45.90.1.7');
    expect(outcome).toBe('temporary_error');
    expect(facts?.zones.map((one) => one.answers[0]?.outcome)).toEqual(['none', 'temporary_error']);
  });

  test('a list that works is not tested again for each address', async () => {
    answering(works);
    const gatherer = lists('bl.example');
    await gather(gatherer, '45.90.1.7');
    await gather(gatherer, '45.90.1.8');
    expect(dns.questions.filter((question) => question.startsWith('A 2.0.0.127'))).toHaveLength(1);
  });

  test('a list that worked, and has been given up since, names nobody', async () => {
    answering(works);
    const gatherer = lists('bl.example');
    expect((await gather(gatherer, '45.90.1.7')).facts?.zones[0]?.state).toBe('works');
    answering(() => ({ records: [{ type: 'A' as const, data: '127.0.0.2' }] }));
    const found = await gather(gatherer, '45.90.1.8');
    expect(found.facts?.zones[0]).toMatchObject({
      state: 'lists_everything',
      answers: [{ outcome: 'found' }],
    });
    expect(found.outcome).toBe('temporary_error');
  });

  test('IPv6, by its own test entry', async () => {
    const test6 = `2.0.0.0.0.0.f.7.f.f.f.f.${'0.'.repeat(20)}bl.example`;
    answering({ [`A ${test6}`]: ['127.0.0.2'] });
    const { facts } = await gather(lists('bl.example'), '2a02:908::7');
    expect(facts?.zones[0]).toMatchObject({ state: 'works', answers: [{ outcome: 'none' }] });
  });
});

describe('registration', () => {
  let server: RdapServer;
  beforeAll(async () => {
    server = await startRdapServer(() => ({ body: rdapNetwork() }));
  });
  afterAll(() => server.close());

  function remembering() {
    const answers = new Map<string, KeptAnswer>();
    const pauses = new Map<string, number>();
    const memory: RdapMemory = {
      answer: async (question) => answers.get(question) ?? null,
      keepAnswer: async (question, answer) => void answers.set(question, answer),
      pauseMs: async (host) => pauses.get(host) ?? 0,
      keepPause: async (host, milliseconds) => void pauses.set(host, milliseconds),
      bootstrap: async () => shippedBootstrap,
    };
    return { memory, pauses };
  }

  const takeTurn = createRateLimiter({ burst: 100, perSecond: 100, longestWaitMs: 0 });

  test('an answer is kept, also that there is none', async () => {
    const { memory } = remembering();
    const gatherer = rdapGatherer({ base: server.url, memory, takeTurn });
    server.requests.length = 0;
    expect(await gather(gatherer, '45.90.1.7')).toMatchObject({ outcome: 'found' });
    expect(await gather(gatherer, '45.90.1.7')).toMatchObject({ outcome: 'found' });
    server.use(() => ({ status: 404 }));
    expect(await gather(gatherer, '45.90.1.8')).toMatchObject({ outcome: 'none' });
    expect(await gather(gatherer, '45.90.1.8')).toMatchObject({ outcome: 'none' });
    expect(server.requests).toHaveLength(2);
  });

  test('a server that wants to be left alone is', async () => {
    const { memory, pauses } = remembering();
    const gatherer = rdapGatherer({ base: server.url, memory, takeTurn });
    server.use(() => ({ status: 429, headers: { 'retry-after': '30' } }));
    expect(await gather(gatherer, '45.90.1.7')).toMatchObject({
      outcome: 'temporary_error',
      retryAfterMs: 30_000,
    });
    expect([...pauses.values()]).toEqual([30_000]);
    server.requests.length = 0;
    server.use(() => ({ body: rdapNetwork() }));
    expect(await gather(gatherer, '45.90.1.9')).toMatchObject({ outcome: 'temporary_error' });
    expect(server.requests).toEqual([]);
  });

  test('a failure is not kept', async () => {
    const { memory } = remembering();
    const gatherer = rdapGatherer({ base: server.url, memory, takeTurn });
    server.use(() => ({ status: 500 }));
    expect(await gather(gatherer, '45.90.1.7')).toMatchObject({ outcome: 'temporary_error' });
    server.use(() => ({ body: rdapNetwork() }));
    expect(await gather(gatherer, '45.90.1.7')).toMatchObject({ outcome: 'found' });
  });

  test('space that no registry answers for', async () => {
    const { memory } = remembering();
    const gatherer = rdapGatherer({ base: null, memory, takeTurn });
    expect(await gather(gatherer, '225.0.0.1')).toMatchObject({ outcome: 'temporary_error' });
  });
});

test('turns fill up again, one server beside the other', async () => {
  let now = 0;
  const take = createRateLimiter({ burst: 2, perSecond: 10, longestWaitMs: 0 }, () => now);
  const turns = async (key: string, count: number) =>
    (await Promise.all(Array.from({ length: count }, () => take(key, never)))).filter(Boolean).length;
  expect(await turns('one', 5)).toBe(2);
  expect(await turns('other', 5)).toBe(2);
  now = 100;
  expect(await turns('one', 5)).toBe(1);
  now = 10_000;
  expect(await turns('one', 5)).toBe(2);
});

describe('intelligence', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'postern-mmdb-'));
    await writeFile(
      path.join(directory, 'asn.mmdb'),
      mmdbFile('GeoLite2-ASN', {
        '45.90.0.0/16': { autonomous_system_number: 64500, autonomous_system_organization: 'Example Access' },
      }),
    );
    await writeFile(
      path.join(directory, 'anonymous.mmdb'),
      mmdbFile('GeoIP2-Anonymous-IP', {
        '45.90.1.7': { is_anonymous: true, is_tor_exit_node: true, is_hosting_provider: false },
      }),
    );
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('databases of a directory, what each knows together', async () => {
    const gatherer = ipDatabaseGatherer(directory);
    expect((await gather(gatherer, '45.90.1.7')).facts).toMatchObject({
      asn: 64500,
      asnOrganisation: 'Example Access',
      anonymity: ['tor_exit_node'],
    });
    expect(await gather(gatherer, '45.91.1.7')).toMatchObject({ outcome: 'none', facts: null });
  });

  test('a directory without databases, or none at all, tells nothing', async () => {
    const empty = await mkdtemp(path.join(tmpdir(), 'postern-mmdb-'));
    expect(await gather(ipDatabaseGatherer(empty), '45.90.1.7')).toMatchObject({
      outcome: 'temporary_error',
    });
    await rm(empty, { recursive: true });
    expect(await gather(ipDatabaseGatherer(empty), '45.90.1.7')).toMatchObject({
      outcome: 'temporary_error',
    });
  });

  test('the web service, by key', async () => {
    const server = await startRdapServer((_path, request) =>
      request.headers.authorization === `Basic ${Buffer.from('42:key').toString('base64')}`
        ? {
            body: {
              traits: { user_type: 'residential', static_ip_score: 1.5, user_count: 40, isp: 7 },
              anonymizer: { is_anonymous_vpn: true },
            },
          }
        : { status: 401 },
    );
    const takeTurn = createRateLimiter({ burst: 9, perSecond: 9, longestWaitMs: 0 });
    const insights = (licenseKey: string) =>
      ipInsightsGatherer({ url: server.url, accountId: '42', licenseKey, takeTurn });
    expect((await gather(insights('key'), '45.90.1.8/29')).facts).toMatchObject({
      userType: 'residential',
      staticIpScore: 1.5,
      userCount: 40,
      isp: null,
      anonymity: ['anonymous_vpn'],
    });
    expect(server.requests).toEqual(['/geoip/v2.1/insights/45.90.1.9']);
    expect(await gather(insights('wrong'), '45.90.1.7')).toMatchObject({ outcome: 'temporary_error' });
    server.use(() => ({ status: 404, body: { code: 'IP_ADDRESS_NOT_FOUND' } }));
    expect(await gather(insights('key'), '45.90.1.7')).toMatchObject({ outcome: 'none' });
    server.use(() => ({ body: 'null' }));
    expect(await gather(insights('key'), '45.90.1.7')).toMatchObject({ outcome: 'temporary_error' });
    await server.close();
  });
});
