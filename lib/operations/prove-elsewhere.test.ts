import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listProofs } from '../../db/queries/entry-facts.ts';
import { listEntryEvents } from '../../db/queries/events.ts';
import { throttles } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { createResolver, type Resolver } from '../adapters/resolver.ts';
import { type DnsServer, startDnsServer, zone } from '../adapters/testing/dns-server.ts';
import { parseNetwork } from '../domain/network.ts';
import { proofToken } from '../secrets/proof-token.ts';
import { completeChecks } from './complete-checks.ts';
import { proveByDns } from './prove-by-dns.ts';
import { proveOverHttp } from './prove-over-http.ts';
import { type Cast, currentRow, testNow as now, requested, seedCast } from './testing.ts';
import { withdrawEntry } from './withdraw-entry.ts';

const secrets = { current: 'a secret of more than thirty-two characters', previous: null };

let db: TestDatabase;
let cast: Cast;
let dns: DnsServer;
let resolver: Resolver;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  dns = await startDnsServer(zone({}));
  resolver = createResolver({ servers: [dns.address], timeoutMs: 300, tries: 1, retryAfterMs: 0 });
});
beforeEach(async () => {
  await db.database.delete(throttles);
});
afterAll(async () => {
  await dns.close();
  await db.close();
});

const tokenOf = (entry: { id: string; proofGeneration: number }) =>
  proofToken(secrets, entry.id, entry.proofGeneration);

describe('over HTTP', () => {
  const prove = (token: string, address: string | null) =>
    proveOverHttp({ database: db.database, secrets, token, address, tls: null, now });

  test('a request from the address itself proves it, and moves the request on', async () => {
    const entry = await requested(db.database, cast.owner, '45.90.1.1');
    await completeChecks(db.database, entry.id, now);
    expect(await prove(tokenOf(entry), '45.90.1.1')).toEqual({ ok: true, address: '45.90.1.1' });
    expect((await currentRow(db.database, entry.id)).status).toBe('in_review');
    expect(await listProofs(db.database, entry.id, 1)).toMatchObject([
      { method: 'http', address: '45.90.1.1' },
    ]);
  });

  test('again it records nothing more', async () => {
    const entry = await requested(db.database, cast.owner, '45.90.1.2');
    for (let again = 0; again < 3; again += 1) {
      expect(await prove(tokenOf(entry), '45.90.1.2')).toMatchObject({ ok: true });
    }
    expect(await listProofs(db.database, entry.id, 1)).toHaveLength(1);
    const kinds = (await listEntryEvents(db.database, entry.id)).map((event) => event.kind);
    expect(kinds.filter((kind) => kind === 'proof_seen')).toHaveLength(1);
  });

  test('from elsewhere, with another token, for an ended request, or from nowhere, it says the same', async () => {
    const entry = await requested(db.database, cast.owner, '45.90.1.3');
    const other = await requested(db.database, cast.otherOwner, '45.90.1.4', 'globex-mail');
    const token = tokenOf(entry);
    for (const [given, address] of [
      [token, '45.90.1.4'],
      [tokenOf(other), '45.90.1.3'],
      ['0000000000', '45.90.1.3'],
      [`${token}0`, '45.90.1.3'],
      ['', '45.90.1.3'],
    ] as const) {
      expect(await prove(given, address)).toEqual({ ok: false, code: 'not_here', address });
    }
    expect(await prove(token, null)).toMatchObject({ code: 'not_here' });
    await withdrawEntry({ database: db.database, actor: cast.owner, id: entry.id, now });
    expect(await prove(token, '45.90.1.3')).toMatchObject({ code: 'not_here' });
  });

  test('the network and broadcast address of a range prove nothing, two others do', async () => {
    const entry = await requested(db.database, cast.owner, '45.90.1.8/29');
    expect(await prove(tokenOf(entry), '45.90.1.8')).toMatchObject({ code: 'not_here' });
    expect(await prove(tokenOf(entry), '45.90.1.9')).toMatchObject({ ok: true });
    expect((await currentRow(db.database, entry.id)).provenAt).toBeNull();
    expect(await prove(tokenOf(entry), '45.90.1.10')).toMatchObject({ ok: true });
    expect((await currentRow(db.database, entry.id)).provenAt).toEqual(now);
  });

  test('another account cannot crowd a request out by nesting its own around the address', async () => {
    const address = '2a01:4f8:77:1::9';
    const wide = '2a01:4f8:77:1::/64';
    for (let prefix = 64; prefix <= 128; prefix += 1) {
      const nested = parseNetwork(`${address}/${prefix}`);
      const network = nested.ok ? address : (nested.suggestions[0] ?? '');
      await requested(db.database, cast.owner, network);
    }
    for (const network of [address, wide]) {
      const entry = await requested(db.database, cast.otherOwner, network, 'globex-mail');
      expect(await prove(tokenOf(entry), address), network).toEqual({ ok: true, address });
    }
  });

  test('whoever tries tokens is stopped', async () => {
    const tries = [];
    for (let guess = 0; guess < 40; guess += 1) tries.push(await prove('1234567890', '45.90.1.5'));
    expect(tries.at(-1)).toMatchObject({ code: 'too_many' });
  });
});

describe('by DNS', () => {
  const prove = (entryId: string) => proveByDns({ database: db.database, resolver, secrets, entryId, now });
  const reverse = (host: number) => `PTR ${host}.2.90.45.in-addr.arpa`;

  test('a record before the name that leads back proves the address', async () => {
    const entry = await requested(db.database, cast.owner, '45.90.2.1');
    dns.use(
      zone({
        [reverse(1)]: ['scanner.acme.example'],
        'A scanner.acme.example': ['45.90.2.1'],
        'TXT _postern.scanner.acme.example': ['v=something else', tokenOf(entry)],
      }),
    );
    expect(await prove(entry.id)).toEqual({ ok: true, addresses: ['45.90.2.1'] });
    expect(await prove(entry.id)).toMatchObject({ ok: true });
    expect(await listProofs(db.database, entry.id, 1)).toMatchObject([{ method: 'dns' }]);
  });

  test.each<[string, Parameters<typeof zone>[0], string]>([
    ['no name', {}, 'no_confirmed_name'],
    [
      'a name that does not lead back',
      { [reverse(2)]: ['h.example'], 'A h.example': ['45.90.2.99'] },
      'no_confirmed_name',
    ],
    ['no record', { [reverse(2)]: ['h.example'], 'A h.example': ['45.90.2.2'] }, 'no_record'],
    [
      'the token of somebody else',
      { [reverse(2)]: ['h.example'], 'A h.example': ['45.90.2.2'], 'TXT _postern.h.example': ['1234567890'] },
      'no_record',
    ],
    ['name servers that fail', { [reverse(2)]: 'SERVFAIL' }, 'temporary_error'],
    [
      'a record that nobody answers for',
      { [reverse(2)]: ['h.example'], 'A h.example': ['45.90.2.2'], 'TXT _postern.h.example': 'silence' },
      'temporary_error',
    ],
  ])('%s', async (_what, table, code) => {
    const entry = await requestedOnce('45.90.2.2');
    dns.use(zone(table));
    expect(await prove(entry.id)).toMatchObject({ ok: false, code });
    expect(await listProofs(db.database, entry.id, 1)).toEqual([]);
  });

  test('a record at the parent, or elsewhere in the domain, proves nothing', async () => {
    const entry = await requested(db.database, cast.owner, '45.90.2.3');
    dns.use(
      zone({
        [reverse(3)]: ['a.b.example'],
        'A a.b.example': ['45.90.2.3'],
        'TXT _postern.b.example': [tokenOf(entry)],
        'TXT a.b.example': [tokenOf(entry)],
      }),
    );
    expect(await prove(entry.id)).toEqual({ ok: false, code: 'no_record', looked: ['_postern.a.b.example'] });
  });

  test('each address of a range by its own name', async () => {
    const entry = await requested(db.database, cast.owner, '45.90.2.8/30');
    dns.use(
      zone({
        [reverse(9)]: ['one.acme.example'],
        [reverse(10)]: ['two.acme.example'],
        'A one.acme.example': ['45.90.2.9'],
        'A two.acme.example': ['45.90.2.10'],
        'TXT _postern.one.acme.example': [tokenOf(entry)],
        'TXT _postern.two.acme.example': [tokenOf(entry)],
      }),
    );
    expect(await prove(entry.id)).toEqual({ ok: true, addresses: ['45.90.2.9', '45.90.2.10'] });
    expect((await currentRow(db.database, entry.id)).provenAt).toEqual(now);
  });

  test('nothing is looked up for a request that has ended', async () => {
    const entry = await requested(db.database, cast.owner, '45.90.2.20');
    await withdrawEntry({ database: db.database, actor: cast.owner, id: entry.id, now });
    expect(await prove(entry.id)).toMatchObject({ code: 'no_request' });
  });
});

const made = new Map<string, Awaited<ReturnType<typeof requested>>>();
async function requestedOnce(address: string) {
  const entry = made.get(address) ?? (await requested(db.database, cast.owner, address));
  made.set(address, entry);
  return entry;
}
