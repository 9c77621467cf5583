import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proofs } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { createResolver } from '../adapters/resolver.ts';
import { type DnsServer, startDnsServer, zone } from '../adapters/testing/dns-server.ts';
import { addDays } from '../domain/days.ts';
import {
  type Cast,
  currentRow,
  inForce,
  testNow as now,
  requested,
  seedCast,
} from '../operations/testing.ts';
import { withdrawProof } from '../operations/withdraw-proof.ts';
import { proofToken } from '../secrets/proof-token.ts';
import { lookForDnsProofs } from './look-for-dns-proofs.ts';

const secrets = { current: 'a secret of more than thirty-two characters', previous: null };

let db: TestDatabase;
let cast: Cast;
let dns: DnsServer;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  dns = await startDnsServer(zone({}));
});
afterAll(async () => {
  await dns.close();
  await db.close();
});

const look = (at = now) =>
  lookForDnsProofs({
    database: db.database,
    now: () => at,
    resolver: createResolver({ servers: [dns.address], timeoutMs: 300, tries: 1 }),
    office: { secrets },
    onFailure: (error) => {
      throw error;
    },
  });

test('a record that was put there later proves; of what was made too long ago nobody asks', async () => {
  const entry = await requested(db.database, cast.owner, '45.90.1.1');
  await requested(db.database, cast.owner, '45.90.1.2');
  expect(await look()).toBe(0);
  dns.use(
    zone({
      'PTR 1.1.90.45.in-addr.arpa': ['scanner.acme.example'],
      'A scanner.acme.example': ['45.90.1.1'],
      'TXT _postern.scanner.acme.example': [proofToken(secrets, entry.id, entry.proofGeneration)],
    }),
  );
  expect(await look()).toBe(1);
  expect((await currentRow(db.database, entry.id)).provenAt).toEqual(now);
  dns.questions.length = 0;
  expect(await look()).toBe(0);
  expect(dns.questions).toEqual(['PTR 2.1.90.45.in-addr.arpa']);
  dns.questions.length = 0;
  await look(addDays(now, 15));
  expect(dns.questions).toEqual([]);
});

test('an entry whose proof was taken back lately is looked for as well', async () => {
  const entry = await inForce(db.database, cast, '45.90.2.1');
  const [proof] = await db.database.select().from(proofs).where(eq(proofs.entryId, entry.id));
  const taken = { entryId: entry.id, reportId: proof?.id ?? '', cause: 'list' };
  await withdrawProof(db.database, taken, now);
  const { proofGeneration } = await currentRow(db.database, entry.id);
  dns.use(
    zone({
      'PTR 1.2.90.45.in-addr.arpa': ['fax.acme.example'],
      'A fax.acme.example': ['45.90.2.1'],
      'TXT _postern.fax.acme.example': [proofToken(secrets, entry.id, proofGeneration)],
    }),
  );
  expect(await look()).toBe(1);
  expect((await currentRow(db.database, entry.id)).provenAt).toEqual(now);
});
