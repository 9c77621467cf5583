import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evidence } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { type DnsServer, startDnsServer, zone } from '../adapters/testing/dns-server.ts';
import { type RdapServer, rdapNetwork, startRdapServer } from '../adapters/testing/rdap-server.ts';
import { requested, seedCast } from '../operations/testing.ts';
import { createGatherers } from './evidence-gatherers.ts';
import { gatherEvidence } from './gather-evidence.ts';

// Who an address is registered to writes what a registry says of it.

let db: TestDatabase;
let dns: DnsServer;
let rdap: RdapServer;
beforeAll(async () => {
  db = await createTestDatabase();
  dns = await startDnsServer(zone({}));
});
afterAll(async () => {
  await dns.close();
  await rdap.close();
  await db.close();
});

test('what the database cannot keep does not cost the answer of a registry', async () => {
  // An astral character stands where a long line is cut, and NUL and half a character in what is kept as it came.
  const description = [`${'x'.repeat(299)}\u{1f3e0}`, 'a\0b', 'c\ud800'];
  const holder = { handle: 'N', startAddress: '45.185.1.0', endAddress: '45.185.1.255', cidr0_cidrs: [] };
  rdap = await startRdapServer(() => ({ body: rdapNetwork({ ...holder, remarks: [{ description }] }) }));
  const cast = await seedCast(db.database);
  const { id } = await requested(db.database, cast.owner, '45.185.1.1');
  const settings = { dnsServers: [dns.address], dnsblZones: [], rdapUrl: rdap.url };
  const now = () => new Date();
  const failures: unknown[] = [];
  const gatherers = createGatherers({ ...settings, maxmindDbDir: null, maxmind: null }, db.database, now);
  const onFailure = (error: unknown) => failures.push(error);
  await gatherEvidence({ database: db.database, gatherers, now, onFailure }, id);
  expect(failures).toEqual([]);
  const rows = await db.database.select().from(evidence).where(eq(evidence.entryId, id));
  expect(rows.find(({ source }) => source === 'rdap')).toMatchObject({
    outcome: 'found',
    facts: { remarks: [`${'x'.repeat(299)}\ufffd`, 'a b', 'c\ufffd'] },
  });
});
