import { eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestsToApprove } from '../../db/queries/automatic-approval.ts';
import { evaluateEntry, findEntry } from '../../db/queries/entries.ts';
import { entries, plans, policies } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { dnsblGatherer } from '../adapters/gather-dnsbl.ts';
import { ptrGatherer } from '../adapters/gather-ptr.ts';
import { rdapGatherer } from '../adapters/gather-rdap.ts';
import { shippedBootstrap } from '../adapters/rdap-bootstrap-data.ts';
import { createResolver } from '../adapters/resolver.ts';
import { type DnsReply, type DnsServer, startDnsServer } from '../adapters/testing/dns-server.ts';
import {
  type RdapReply,
  type RdapServer,
  rdapNetwork,
  startRdapServer,
} from '../adapters/testing/rdap-server.ts';
import { PROOF_SETTLES_MS } from '../domain/automatic-approval.ts';
import { forCustomer } from '../domain/requirements.ts';
import { type Cast, currentRow, testNow as now, proven, requested, seedCast } from '../operations/testing.ts';
import { approveMetRequests } from './approve-met-requests.ts';
import { gatherEvidence } from './gather-evidence.ts';

// Every way in which lists, names and registries can fail, in every combination, over real sockets: nothing is ever
// approved or refused on missing evidence, and what is not known is said to be not known.

const listed = (code: string): DnsReply => ({ records: [{ type: 'A', data: code }] });
const lists = {
  'not listed': { code: 'NXDOMAIN' },
  SBL: listed('127.0.0.2'),
  XBL: listed('127.0.0.4'),
  'PBL by the provider': listed('127.0.0.10'),
  'PBL by Spamhaus': listed('127.0.0.11'),
  'typing error': listed('127.255.255.252'),
  'reserved error': listed('127.255.255.253'),
  'public resolver': listed('127.255.255.254'),
  'too many questions': listed('127.255.255.255'),
  SERVFAIL: { code: 'SERVFAIL' },
  'time-out': 'silence',
  // The zone lists everything, its own counter-example too.
  wildcard: listed('127.0.0.2'),
} as const satisfies Record<string, DnsReply>;

const names = {
  none: { code: 'NXDOMAIN' },
  several: {
    records: [
      { type: 'PTR', data: 'mail.acme.example' },
      { type: 'PTR', data: 'elsewhere.acme.example' },
    ],
  },
  loop: {
    records: [
      { type: 'CNAME', data: 'a.example' },
      { name: 'a.example', type: 'CNAME', data: 'b.example' },
      { name: 'b.example', type: 'CNAME', data: 'a.example' },
    ],
  },
  'hostile text': {
    records: [
      {
        type: 'PTR',
        data: [
          Buffer.from("'; drop table entries; --\0"),
          Buffer.from('<script>'),
          Buffer.from('acme.example'),
        ],
      },
    ],
  },
} as const satisfies Record<string, DnsReply>;

const registries = {
  '200': {
    body: rdapNetwork({
      handle: 'N',
      startAddress: '0.0.0.0',
      endAddress: '255.255.255.255',
      cidr0_cidrs: [],
      entities: [],
      remarks: [],
      name: 'EXAMPLE-NET',
    }),
  },
  '404': { status: 404 },
  '429': { status: 429, headers: { 'retry-after': '60' } },
  '500': { status: 500 },
  'redirect loop': { status: 302, headers: { location: 'again' } },
  huge: { endlessBytes: 3_000_000 },
  bad: { body: '{"objectClassName":"ip network","handle":' },
} as const satisfies Record<string, RdapReply>;

/** 336 requests, on a machine that may be busy with other things. */
const PATIENCE_MS = 300_000;

type Combination = { list: keyof typeof lists; name: keyof typeof names; registry: keyof typeof registries };
const combinations = (Object.keys(lists) as Combination['list'][]).flatMap((list) =>
  (Object.keys(names) as Combination['name'][]).flatMap((name) =>
    (Object.keys(registries) as Combination['registry'][]).map((registry) => ({ list, name, registry })),
  ),
);

/** The combination is written into the address: 45.<list>.<name>.<registry>. */
function addressOf({ list, name, registry }: Combination): string {
  return `45.${100 + Object.keys(lists).indexOf(list)}.${1 + Object.keys(names).indexOf(name)}.${1 + Object.keys(registries).indexOf(registry)}`;
}

const byAddress = new Map(combinations.map((one) => [addressOf(one), one]));

function answerDns({ name, type }: { name: string; type: string | null }): DnsReply {
  const [d, c, b, a, ...zone] = name.split('.');
  const combination = byAddress.get([a, b, c, d].join('.'));
  if (zone.join('.') === 'in-addr.arpa' && combination !== undefined) return names[combination.name];
  if (type === 'A' && name === 'mail.acme.example') {
    const named = combinations.filter((one) => one.name === 'several').map(addressOf);
    return { records: named.map((data) => ({ type: 'A' as const, data })) };
  }
  if (type === 'A' && zone[0] === 'zen') {
    if (name === '2.0.0.127.zen.example') return listed('127.0.0.2');
    // One zone for all, and one of its own for those where everything is listed.
    return combination === undefined ? { code: 'NXDOMAIN' } : lists[combination.list];
  }
  if (type === 'A' && zone[0] === 'everything') return listed('127.0.0.2');
  return { code: 'NXDOMAIN' };
}

let db: TestDatabase;
let cast: Cast;
let dns: DnsServer;
let rdap: RdapServer;
const ids = new Map<Combination, string>();

beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  dns = await startDnsServer(answerDns);
  rdap = await startRdapServer((path) => {
    const combination = byAddress.get(path.split('/').at(-1) ?? '');
    if (path.includes('again')) return { status: 302, headers: { location: 'again' } };
    return combination === undefined ? { status: 404 } : registries[combination.registry];
  });
  const resolver = createResolver({ servers: [dns.address], timeoutMs: 5000, tries: 1, retryAfterMs: 0 });
  const gatherers = (zone: string) => [
    ptrGatherer(resolver),
    dnsblGatherer(resolver, async () => [zone]),
    rdapGatherer({
      base: rdap.url,
      takeTurn: async () => true,
      // Each combination for itself: no answer and no pause is carried over to the next.
      memory: {
        answer: async () => null,
        keepAnswer: async () => {},
        pauseMs: async () => 0,
        keepPause: async () => {},
        bootstrap: async () => shippedBootstrap,
      },
    }),
  ];
  const sound = gatherers('zen.example');
  const wildcard = gatherers('everything.example');
  const isSilent = ({ list }: Combination) => list === 'time-out';
  const work = async (waiting: Combination[]) => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const globex = Object.keys(registries).indexOf(one.registry) % 2 === 1;
      // Both accounts have domains, but the names are Acme's: half of the requests find themselves in them.
      const entry = await requested(
        db.database,
        globex ? cast.otherOwner : cast.owner,
        addressOf(one),
        globex ? 'globex-mail' : 'acme-production',
      );
      ids.set(one, entry.id);
      await gatherEvidence(
        {
          database: db.database,
          gatherers: one.list === 'wildcard' ? wildcard : sound,
          now: () => now,
          onFailure: (error) => {
            throw error;
          },
        },
        entry.id,
      );
    }
  };
  const answered = combinations.filter((one) => !isSilent(one));
  await Promise.all([
    ...Array.from({ length: 8 }, () => work(answered)),
    // Those that wait for an answer in vain wait together.
    ...combinations.filter(isSilent).map((one) => work([one])),
  ]);
}, PATIENCE_MS);
afterAll(async () => {
  await dns.close();
  await rdap.close();
  await db.close();
});

/** What each requirement has to say, from the combination alone. */
function expected({ list, name, registry }: Combination, own: boolean): Record<string, string> {
  const listing = list === 'SBL' || list === 'XBL';
  const policy = list.startsWith('PBL');
  const listKnown = listing || policy || list === 'not listed';
  const registryKnown = registry === '200' || registry === '404';
  // An address that has two names, of which one leads back: in a domain of Acme's, or of somebody else's.
  const named = name === 'several';
  const missing = (known: boolean, otherwise: string) => (known ? otherwise : 'unknown lookup_failed');
  return {
    static:
      named && own
        ? 'pass own_name'
        : policy
          ? named
            ? 'unknown signs_disagree'
            : 'fail policy_list'
          : missing(listKnown && registryKnown, named ? 'pass static_name' : 'unknown not_conclusive'),
    not_residential: policy
      ? named && own
        ? 'unknown signs_disagree'
        : 'fail policy_list'
      : missing(listKnown && registryKnown, named && own ? 'pass own_name' : 'pass no_sign'),
    dedicated: named
      ? own
        ? 'pass own_name'
        : 'fail names_another'
      : missing(registryKnown, 'unknown not_conclusive'),
    not_shared: missing(registryKnown, 'pass not_known_shared'),
    reputation: listing ? 'fail listed' : missing(listKnown, 'pass not_listed'),
  };
}

describe.each(Object.keys(lists) as Combination['list'][])('lists: %s', (list) => {
  describe.each(Object.keys(names) as Combination['name'][])('names: %s', (name) => {
    test.each(Object.keys(registries) as Combination['registry'][])('registry: %s', async (registry) => {
      const combination = combinations.find(
        (one) => one.list === list && one.name === name && one.registry === registry,
      );
      const id = combination === undefined ? undefined : ids.get(combination);
      const found = id === undefined ? undefined : await findEntry(db.database, 'operator', id);
      if (combination === undefined || found === undefined) throw new Error('was not asked');
      const { evaluations } = await evaluateEntry(db.database, found, now);
      const wanted = expected(combination, found.account.slug === 'acme');
      const said = Object.fromEntries(
        evaluations
          .map(forCustomer)
          .filter((one) => one.requirement in wanted)
          .map((one) => [one.requirement, `${one.verdict} ${one.reason}`]),
      );
      expect(said).toEqual(wanted);
      // A listing that a working list has given refuses; nothing else does, and nothing ever approves.
      const refused = list === 'SBL' || list === 'XBL';
      expect(found.entry).toMatchObject(
        refused
          ? { status: 'rejected', endCause: 'requirement' }
          : { status: 'pending', checksCompletedAt: now },
      );
    });
  });
});

test('nothing was approved', async () => {
  expect(combinations).toHaveLength(12 * 4 * 7);
  expect(await db.database.$count(entries, inArray(entries.status, ['active', 'suspended']))).toBe(0);
});

test(
  'with proof, and with approval by itself switched on, only what is wholly known to be sound is approved',
  async () => {
    // The plan is not what is tried here.
    await db.database.update(plans).set({ mostEntries: 1000 });
    await db.database.insert(policies).values({ version: 2, content: { automaticApproval: true } });
    const waiting = [...ids];
    const work = async () => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        const [combination, id] = one;
        const entry = await currentRow(db.database, id);
        if (entry.status === 'pending') await proven(db.database, entry, addressOf(combination));
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    let approved = 0;
    const settled = new Date(now.getTime() + PROOF_SETTLES_MS);
    while ((await requestsToApprove(db.database, 1, settled)).length > 0) {
      approved += await approveMetRequests(db.database, settled, (error) => {
        throw error;
      });
    }
    const sound = combinations.filter(
      ({ list, name, registry }) =>
        list === 'not listed' && name === 'several' && (registry === '200' || registry === '404'),
    );
    const active = await db.database
      .select()
      .from(entries)
      .where(eq(entries.status, 'active'))
      .orderBy(entries.network);
    // Of the names' own account; the other one has a name that leads to somebody else.
    const own = sound.filter((one) => Object.keys(registries).indexOf(one.registry) % 2 === 0);
    expect(active.map((entry) => entry.network)).toEqual(own.map((one) => `${addressOf(one)}/32`));
    expect(approved).toBe(own.length);
  },
  PATIENCE_MS,
);
