import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Network, parseNetwork } from '../domain/network.ts';
import { httpGet, parseRetryAfter } from './http-get.ts';
import { lookUpRdap } from './rdap.ts';
import { readRdapAnswer } from './rdap-answer.ts';
import { rdapBase, readBootstrap } from './rdap-bootstrap.ts';
import { shippedBootstrap } from './rdap-bootstrap-data.ts';
import { type RdapReply, type RdapServer, rdapNetwork, startRdapServer } from './testing/rdap-server.ts';

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.network;
}

const asked = network('45.90.1.7');

let server: RdapServer;
beforeAll(async () => {
  server = await startRdapServer(() => ({ status: 404 }));
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
});

const lookUp = (text = '45.90.1.7', options: { base?: string } = {}) =>
  lookUpRdap(network(text), {
    base: server.url,
    trustedHosts: [new URL(options.base ?? server.url).host],
    timeoutMs: 300,
    ...options,
  });

test('a registered network: who holds it, under which name, since when', async () => {
  server.use(() => ({ body: rdapNetwork() }));
  const lookup = await lookUp();
  expect(lookup).toMatchObject({
    outcome: 'found',
    facts: {
      networks: ['45.90.1.0/24'],
      name: 'ACME-OFFICE-NET',
      type: 'ASSIGNED PA',
      holders: ['Acme Devices B.V.', 'Acme Devices, head office'],
      registeredAt: '2019-03-04T09:00:00Z',
    },
  });
  expect(server.requests).toEqual(['/ip/45.90.1.7']);
  await lookUp('45.90.1.8/29');
  expect(server.requests.at(-1)).toBe('/ip/45.90.1.8/29');
});

describe('what is no answer says nothing', () => {
  const cases: [string, RdapReply, object][] = [
    ['the network is not registered', { status: 404 }, { outcome: 'none' }],
    [
      'too many questions',
      { status: 429, headers: { 'retry-after': '7' } },
      { cause: 'rate_limited', retryAfterMs: 7000 },
    ],
    ['the server fails', { status: 500 }, { cause: 'server_failure' }],
    ['the server does not want us', { status: 403 }, { cause: 'refused' }],
    ['nobody answers', 'silence', { cause: 'timeout' }],
    ['the connection ends', 'hang_up', { cause: 'unreachable' }],
    ['an answer without end', { endlessBytes: 10_000_000 }, { cause: 'too_large' }],
    ['no JSON', { body: '<html>' }, { cause: 'bad_answer' }],
    ['JSON cut off', { body: JSON.stringify(rdapNetwork()).slice(0, 200) }, { cause: 'bad_answer' }],
    ['JSON that is a list', { body: '[]' }, { cause: 'bad_answer' }],
    ['another kind of object', { body: { objectClassName: 'domain' } }, { cause: 'bad_answer' }],
    ['an empty object', { body: {} }, { cause: 'bad_answer' }],
    [
      'another network than asked for',
      {
        body: rdapNetwork({ handle: 'X', startAddress: '8.8.8.0', endAddress: '8.8.8.255', cidr0_cidrs: [] }),
      },
      { cause: 'bad_answer' },
    ],
  ];
  test.each(cases)('%s', async (_what, reply, expected) => {
    server.use(() => reply);
    expect(await lookUp()).toMatchObject({ outcome: 'temporary_error', ...expected });
  });

  test('a server that is not there', async () => {
    const gone = await startRdapServer(() => 'silence');
    await gone.close();
    expect(await lookUp('45.90.1.7', { base: gone.url })).toMatchObject({ cause: 'unreachable' });
  });
});

describe('redirects and referrals', () => {
  test('a redirect is followed, also a relative one', async () => {
    server.use((path) =>
      path.startsWith('/ip/')
        ? { status: 302, headers: { location: '/moved/45.90.1.7' } }
        : { body: rdapNetwork() },
    );
    expect(await lookUp()).toMatchObject({ outcome: 'found' });
  });

  test('a loop of redirects ends', async () => {
    server.use((path) => ({
      status: 302,
      headers: { location: `${server.url}${path === '/a' ? '/b' : '/a'}` },
    }));
    expect(await lookUp()).toMatchObject({ cause: 'too_many_redirects' });
    expect(server.requests.length).toBeLessThan(6);
  });

  test('redirects without end end', async () => {
    let count = 0;
    server.use(() => {
      count += 1;
      return { status: 302, headers: { location: `/again/${count}` } };
    });
    expect(await lookUp()).toMatchObject({ cause: 'too_many_redirects' });
    expect(count).toBe(6);
  });

  test('nor to what else listens on the machine of the configured server', async () => {
    const other = await startRdapServer(() => ({ body: rdapNetwork({ name: 'INTERNAL' }) }));
    try {
      server.use(() => ({ status: 302, headers: { location: `${other.url}/ip/45.90.1.7` } }));
      expect(await lookUp()).toMatchObject({ cause: 'forbidden_target' });
      const links = [{ rel: 'related', type: 'application/rdap+json', href: `${other.url}/ip/45.90.1.7` }];
      server.use(() => ({ body: rdapNetwork({ name: 'FIRST', links }) }));
      expect(await lookUp()).toMatchObject({ outcome: 'found', facts: { name: 'FIRST' } });
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test.each([
    'http://169.254.169.254/latest',
    'http://localhost:1/',
    'http://[::1]/',
    'file:///etc/passwd',
    'http://10.0.0.1/',
  ])('nobody is sent into our own network: %s', async (location) => {
    server.use(() => ({ status: 302, headers: { location } }));
    expect(await lookUp()).toMatchObject({ cause: 'forbidden_target' });
  });

  test('the registry that knows more is asked, and where it is silent the first answer stands', async () => {
    const links = [
      { rel: 'related', type: 'application/rdap+json', href: `${server.url}/national/ip/45.90.1.7` },
    ];
    const detail = rdapNetwork({ name: 'NATIONAL', links });
    let national: RdapReply = { body: detail };
    server.use((path) => (path.startsWith('/national') ? national : { body: rdapNetwork({ links }) }));
    expect(await lookUp()).toMatchObject({ facts: { name: 'NATIONAL' } });
    expect(server.requests).toHaveLength(2);
    national = { status: 500 };
    expect(await lookUp()).toMatchObject({ facts: { name: 'ACME-OFFICE-NET' } });
  });
});

describe('untidy answers of registries', () => {
  const read = (members: Record<string, unknown>, of = asked) =>
    readRdapAnswer(rdapNetwork({ cidr0_cidrs: undefined, handle: 'N-1', ...members }), of, 'rdap.example')
      ?.facts;

  test.each([
    ['padded octets', { startAddress: '045.090.001.000', endAddress: '045.090.001.255' }, ['45.90.1.0/24']],
    [
      'a prefix length behind each end',
      { startAddress: '45.90.1.0/32', endAddress: '45.90.1.255/32' },
      ['45.90.1.0/24'],
    ],
    [
      'an end equal to the start, the range in the handle',
      { startAddress: '45.90.1.0', endAddress: '45.90.1.0', handle: '45.90.1.0 - 45.90.1.255' },
      ['45.90.1.0/24'],
    ],
    [
      'an end equal to the start, and the range nowhere',
      { startAddress: '45.90.1.0', endAddress: '45.90.1.0' },
      [],
    ],
    [
      'three CIDRs for one range',
      {
        startAddress: undefined,
        cidr0_cidrs: [
          { v4prefix: '45.90.0.0', length: 24 },
          { v4prefix: '45.90.1.0', length: 25 },
          { v4prefix: '45.90.1.128', length: 26 },
        ],
      },
      ['45.90.1.0/25'],
    ],
    ['no ends at all', { startAddress: undefined, endAddress: undefined }, []],
  ])('%s', (_what, members, networks) => {
    expect(read(members)?.networks).toEqual(networks);
  });

  test('padded groups of an IPv6 handle', () => {
    const facts = read(
      { startAddress: undefined, endAddress: undefined, handle: '2001:0240::/32', ipVersion: 'v6' },
      network('2001:240:10c:1::1'),
    );
    expect(facts?.networks).toEqual(['2001:240::/32']);
  });

  test.each([
    ['type and name missing', { type: undefined, name: undefined }, { type: null, name: null }],
    ['type and name of a wrong kind', { type: 7, name: ['x'] }, { type: null, name: null }],
    ['remarks null', { remarks: null }, { remarks: [] }],
    ['a remark that is a text', { remarks: ['x', { description: 'One line' }] }, { remarks: ['One line'] }],
    ['control and direction characters', { name: 'A\u202eB\nC' }, { name: 'A B C' }],
    ['a name without end', { name: 'x'.repeat(5000) }, { name: 'x'.repeat(300) }],
    ['status of a wrong kind', { status: 'active' }, { status: [] }],
    ['events without dates', { events: [{ eventAction: 'registration' }, null] }, { registeredAt: null }],
  ])('%s', (_what, members, expected) => {
    expect(read(members)).toMatchObject(expected);
  });

  const entity = (roles: unknown, properties: unknown[], more = {}) => ({
    handle: 'ORG-1',
    roles,
    vcardArray: ['vcard', [['version', {}, 'text', '4.0'], ...properties]],
    ...more,
  });
  const holdersOf = (entities: unknown, remarks: unknown = []) => read({ entities, remarks })?.holders;

  test.each([
    ['a registrant', [entity(['registrant'], [['fn', {}, 'text', 'Acme']])], ['Acme']],
    [
      'an organisation without roles',
      [
        entity(undefined, [
          ['fn', {}, 'text', 'Acme'],
          ['kind', {}, 'text', 'org'],
        ]),
      ],
      ['Acme'],
    ],
    ['a technical contact is nobody', [entity(['technical'], [['fn', {}, 'text', 'Jo']])], []],
    ['a handle for a name is nobody', [entity(['registrant'], [['fn', {}, 'text', 'ORG-1']])], []],
    [
      'a registrant within an entity',
      [{ entities: [entity(['registrant'], [['fn', {}, 'text', 'Acme']])] }],
      ['Acme'],
    ],
    [
      'a card with holes',
      [entity(['registrant'], [null, ['adr', {}, 'text', null], ['fn', {}, 'text', 'Acme']])],
      ['Acme'],
    ],
    ['a card that is none', [{ roles: ['registrant'], vcardArray: 'x' }], []],
    [
      'an organisation member with units',
      [entity(['registrant'], [['org', {}, 'text', ['Acme', 'IT']]])],
      ['Acme'],
    ],
    ['entities that are none', 'x', []],
  ])('holder: %s', (_what, entities, expected) => {
    expect(holdersOf(entities)).toEqual(expected);
  });

  test('where no entity says it, the description does', () => {
    expect(
      holdersOf([], [{ description: ['Acme Devices'] }, { title: 'remarks', description: ['x'] }]),
    ).toEqual(['Acme Devices']);
  });
});

describe('who answers for which network (RFC 9224)', () => {
  test.each([
    ['41.0.0.1', 'https://rdap.afrinic.net/rdap/'],
    ['1.1.1.0/24', 'https://rdap.apnic.net/'],
    ['192.198.0.1', 'https://rdap.arin.net/registry/'],
    ['62.239.237.1', 'https://rdap.db.ripe.net/'],
    ['200.1.2.3', 'https://rdap.lacnic.net/rdap/'],
    ['2001:240:10c:1::1', 'https://rdap.apnic.net/'],
    ['2a02:908::1', 'https://rdap.db.ripe.net/'],
    ['2610:10::1', 'https://rdap.arin.net/registry/'],
    ['10.0.0.1', undefined],
    ['224.0.0.1', undefined],
  ])('%s', (text, base) => {
    expect(rdapBase(shippedBootstrap, network(text))).toBe(base);
  });

  test('the longest network decides, https goes first, and what is no bootstrap file is none', () => {
    const services = readBootstrap(
      JSON.stringify({
        version: '1.0',
        services: [
          [['45.0.0.0/8'], ['https://wide.example/']],
          [
            ['45.90.0.0/16', 'nonsense'],
            ['http://plain.example/', 'https://narrow.example/'],
          ],
        ],
      }),
    );
    expect(rdapBase(services ?? [], asked)).toBe('https://narrow.example/');
    for (const body of [
      '',
      '{}',
      '{"version":"1.0","services":[]}',
      '{"version":"2.0","services":[[["1"],["x"]]]}',
    ]) {
      expect(readBootstrap(body)).toBeUndefined();
    }
  });
});

test('Retry-After as seconds and as a date, never for longer than a day', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  expect(parseRetryAfter('120', now)).toBe(120_000);
  expect(parseRetryAfter('Fri, 20 Nov 2026 12:01:00 GMT', now)).toBe(60_000);
  expect(parseRetryAfter('Fri, 20 Nov 2020 12:01:00 GMT', now)).toBe(0);
  expect(parseRetryAfter('999999999', now)).toBe(86_400_000);
  expect(parseRetryAfter('soon', now)).toBeNull();
  expect(parseRetryAfter(undefined, now)).toBeNull();
});

test('whoever asked may end a request', async () => {
  server.use(() => 'silence');
  const asking = new AbortController();
  const answer = httpGet({
    url: server.url,
    signal: asking.signal,
    timeoutMs: 10_000,
    maxBytes: 1000,
    trustedHosts: [new URL(server.url).host],
  });
  asking.abort();
  expect(await answer).toMatchObject({ outcome: 'temporary_error', cause: 'cancelled' });
});
