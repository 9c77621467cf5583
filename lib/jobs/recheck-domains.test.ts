import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dueDomains, listMissingDomains, missingDomainsOf } from '../../db/queries/domains.ts';
import { pageOfAccountEvents } from '../../db/queries/events.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import {
  domainChecks,
  entries,
  entryStanding,
  fuseTrips,
  outbox,
  policies,
  senderDomains,
  servers,
} from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { createResolver } from '../adapters/resolver.ts';
import { type DnsServer, startDnsServer, zone } from '../adapters/testing/dns-server.ts';
import { addDays } from '../domain/days.ts';
import type { Viewer } from '../domain/permissions.ts';
import { applyHeld } from '../operations/apply-held.ts';
import { checkDomain } from '../operations/check-domain.ts';
import { claimDomain } from '../operations/claim-domain.ts';
import { decideFuse } from '../operations/decide-fuse.ts';
import type { Actor } from '../operations/result.ts';
import { type Cast, inForce, testNow as now, seedCast } from '../operations/testing.ts';
import { challengeValue } from '../secrets/domain-token.ts';
import { recheckDomains } from './recheck-domains.ts';

const secrets = { current: 'a secret of more than thirty-two characters', previous: null };
const domain = 'scans.acme-group.com';
const name = `TXT _postern-challenge.${domain}`;

let db: TestDatabase;
let cast: Cast;
let dns: DnsServer;
let entryId: string;
let value: string;
beforeEach(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  dns = await startDnsServer(zone({}));
  const entry = await inForce(db.database, cast, '45.103.1.1');
  entryId = entry.id;
  value = challengeValue(secrets, entry.serverId, domain);
  publish([value]);
  await claimDomain({ ...owner(now), domain });
  expect(await check(now)).toEqual({ ok: true, outcome: 'verified' });
});
afterEach(async () => {
  await dns.close();
  await db.close();
});

const owner = (at: Date) => ({
  database: db.database,
  actor: cast.owner,
  server: 'acme-production',
  now: at,
});
const publish = (values: readonly string[] | 'SERVFAIL') => dns.use(zone({ [name]: values }));
const resolver = () => createResolver({ servers: [dns.address], timeoutMs: 300, tries: 1, retryAfterMs: 0 });
const check = (at: Date) => checkDomain({ ...owner(at), domain, resolver: resolver(), secrets });
const recheck = (at: Date, bySecrets = secrets) =>
  recheckDomains({
    database: db.database,
    now: () => at,
    resolver: resolver(),
    office: { secrets: bySecrets },
    onFailure: (error) => {
      throw error;
    },
  });
const senders = async () =>
  (await db.database.select().from(entryStanding).where(eq(entryStanding.entryId, entryId)))[0]?.scope
    .sender_domains;
const mails = async () =>
  (await db.database.select().from(outbox).where(eq(outbox.kind, 'sender_domain'))).length;
const kinds = async () => {
  const accountId = cast.owner.viewer?.memberships[0]?.accountId ?? '';
  const { rows } = await pageOfAccountEvents(db.database, accountId, 'account', { limit: 50 });
  return rows.map(({ kind }) => kind);
};
const dueAt = async () =>
  (await db.database.select().from(domainChecks).orderBy(domainChecks.dueAt))[0]?.dueAt ?? now;

test('a record that has gone is noted, told, and ends the domain once its owners had time', async () => {
  expect(await recheck(addDays(now, 1))).toBe(0);
  publish([]);
  const first = await dueAt();
  expect(await recheck(first)).toBe(1);
  expect(await mails()).toBe(0);
  expect(await recheck(addDays(first, 1))).toBe(1);
  expect(await mails()).toBe(1);
  expect((await kinds())[0]).toBe('domain_record_missing');
  expect(await listMissingDomains(db.database, await serverId(), 10)).toMatchObject([
    { domain, missing: { endsAt: addDays(first, 31), outcome: 'no_record' } },
  ]);
  const waits = ({ viewer }: Actor, of = {}) =>
    missingDomainsOf(db.database, viewer as Viewer, { limit: 1, ...of });
  expect(await waits(cast.owner)).toMatchObject([{ domain, endsAt: addDays(first, 31) }]);
  expect(await waits(cast.otherOwner)).toEqual([]);
  expect(await waits(cast.member)).toEqual([]);
  // Another server of the account has one that ends sooner.
  const at = { serverId: await serverId() };
  const elsewhere = await endsSooner(first);
  expect(await waits(cast.owner)).toMatchObject([{ domain: elsewhere }]);
  expect(await waits(cast.owner, at)).toMatchObject([{ domain }]);
  for (let day = 2; day < 31; day += 1) await recheck(addDays(first, day));
  expect(await senders()).toEqual(['acme.example', domain]);
  expect(await mails()).toBe(1);
  await recheck(addDays(first, 31));
  expect(await senders()).toEqual(['acme.example']);
  expect(await mails()).toBe(2);
  expect((await kinds())[0]).toBe('domain_ended');
  expect(await recheck(addDays(first, 99))).toBe(0);
});

/** A domain of another server of the account, which has been missing for longer. Its name. */
async function endsSooner(at: Date): Promise<string> {
  const accountId = cast.owner.viewer?.memberships[0]?.accountId ?? '';
  const [server] = await db.database
    .insert(servers)
    .values({ accountId, slug: 'acme-staging', name: 'acme-staging' })
    .returning();
  const [sooner] = await db.database
    .insert(senderDomains)
    .values({ serverId: server?.id ?? '', domain: 'sooner.example', source: 'txt', verifiedAt: now })
    .returning();
  const look = { checkedAt: at, outcome: 'no_record' as const, dueAt: addDays(at, 999) };
  await db.database
    .insert(domainChecks)
    .values({ domainId: sooner?.id ?? '', ...look, missingSince: at, endsAt: addDays(at, 5) });
  return 'sooner.example';
}

test('published again, it stays: seen by the job, or at once where an owner asks', async () => {
  publish(['v=spf1 -all']);
  const first = await dueAt();
  await recheck(first);
  await recheck(addDays(first, 1));
  expect(await check(addDays(first, 2))).toEqual({ ok: true, outcome: 'other_value' });
  publish(['v=spf1 -all', value]);
  expect(await check(addDays(first, 2))).toEqual({ ok: true, outcome: 'verified' });
  expect((await kinds())[0]).toBe('domain_record_found');
  publish([]);
  await recheck(addDays(first, 40));
  expect(await senders()).toEqual(['acme.example', domain]);
});

test('name servers that do not answer take nothing away, and are asked less and less often', async () => {
  publish([]);
  const first = await dueAt();
  await recheck(first);
  await recheck(addDays(first, 1));
  publish('SERVFAIL');
  const late = addDays(first, 60);
  await recheck(late);
  const second = await dueAt();
  await recheck(second);
  expect((await dueAt()).getTime() - second.getTime()).toBeGreaterThan(
    2 * (second.getTime() - late.getTime()),
  );
  expect(await senders()).toEqual(['acme.example', domain]);
});

/** Another domain of the server, whose name servers answer at that time. */
async function answered(at: Date): Promise<void> {
  const [other] = await db.database
    .insert(senderDomains)
    .values({ serverId: await serverId(), domain: 'answers.example', source: 'txt', verifiedAt: now })
    .returning();
  const look = { checkedAt: at, outcome: 'verified' as const, dueAt: addDays(at, 99) };
  await db.database.insert(domainChecks).values({ domainId: other?.id ?? '', ...look });
}

test('where no domain at all is answered, nobody is told that theirs is silent; later, once another one is', async () => {
  publish('SERVFAIL');
  const tenth = async () => {
    for (let looks = 1; looks <= 10; looks += 1) await recheck(await dueAt());
  };
  await tenth();
  await recheck(await dueAt());
  expect(await mails()).toBe(0);
  // Before the silence began.
  await answered(addDays(await dueAt(), -3));
  await recheck(await dueAt());
  expect(await mails()).toBe(0);
  const at = await dueAt();
  await db.database
    .update(domainChecks)
    .set({ checkedAt: addDays(at, -1) })
    .where(eq(domainChecks.outcome, 'verified'));
  await recheck(at);
  expect(await mails()).toBe(1);
  await tenth();
  expect(await mails()).toBe(1);
});

test('of name servers that are silent for four days owners and staff are told, once, and nothing ends', async () => {
  publish('SERVFAIL');
  const first = await dueAt();
  await answered(addDays(first, 3));
  let told: Date | null = null;
  for (let looks = 1; looks <= 20; looks += 1) {
    const at = await dueAt();
    // Whatever an owner asks in between neither hastens nor delays it.
    expect(await check(addDays(at, -0.0001))).toEqual({ ok: true, outcome: 'temporary_error' });
    expect(await dueAt()).toEqual(at);
    await recheck(at);
    if (told === null && (await mails()) > 0) told = at;
  }
  expect(((told?.getTime() ?? 0) - first.getTime()) / 86_400_000).toBeCloseTo(4, 0);
  expect(await mails()).toBe(1);
  const calls = await db.database.select().from(outbox).where(eq(outbox.kind, 'abuse_call'));
  expect(calls).toHaveLength(3);
  expect(calls[0]?.content).toMatchObject({ values: { about: 'domain', domain, slug: 'acme' } });
  expect((await kinds()).filter((kind) => kind === 'domain_silent')).toHaveLength(1);
  expect(await senders()).toEqual(['acme.example', 'answers.example', domain]);
});

test('a record stays good when its secret is rotated away; one that names no check yet is looked at first', async () => {
  await recheck(await dueAt(), { current: 'another secret of more than thirty-two', previous: null });
  expect(await db.database.select().from(domainChecks)).toMatchObject([
    { outcome: 'verified', record: value },
  ]);
  await db.database.delete(domainChecks);
  expect(await dueDomains(db.database, now, 10)).toHaveLength(1);
  await recheck(now);
  expect(await dueDomains(db.database, now, 10)).toEqual([]);
});

test('what the platform vouches for is not looked at', async () => {
  await db.database.update(senderDomains).set({ source: 'feed' }).where(eq(senderDomains.domain, domain));
  expect(await recheck(addDays(now, 100))).toBe(0);
});

async function missingTooLong(): Promise<Date> {
  publish([]);
  const first = await dueAt();
  await recheck(first);
  await recheck(addDays(first, 1));
  return addDays(first, 31);
}

test('a critical entry keeps the domain, and a person is called once', async () => {
  await db.database.update(entries).set({ critical: true }).where(eq(entries.id, entryId));
  const end = await missingTooLong();
  await recheck(end);
  await recheck(addDays(end, 10));
  expect(await senders()).toEqual(['acme.example', domain]);
  const calls = await db.database.select().from(outbox).where(eq(outbox.kind, 'abuse_call'));
  expect(new Set(calls.map(({ dedupeKey }) => dedupeKey)).size).toBe(calls.length);
  expect(calls).toHaveLength(3);
});

test('the fuse holds what would come to many; discarded it begins anew, applied it ends', async () => {
  const { version } = await currentPolicy(db.database);
  const content = { abuse: { fuseEntries: 0, fuseShare: 0 } };
  await db.database.insert(policies).values({ version: version + 1, content });
  const end = await missingTooLong();
  await recheck(end);
  expect(await senders()).toEqual(['acme.example', domain]);
  const [trip] = await db.database.select().from(fuseTrips);
  expect(trip).toMatchObject({ cause: 'drift', effect: 'out_of_force' });
  const decide = (tripId: string, decision: 'apply' | 'discard', at: Date) =>
    decideFuse({ database: db.database, actor: cast.admin, tripId, decision, reason: 'looked', now: at });
  expect(await decide(trip?.id ?? '', 'discard', end)).toMatchObject({ ok: true, decided: 1 });
  expect(await db.database.select().from(domainChecks)).toMatchObject([{ missingSince: null, endsAt: null }]);
  const second = await missingTooLong();
  await recheck(second);
  const [open] = await db.database.select().from(fuseTrips).where(eq(fuseTrips.trippedAt, second));
  expect(await decide(open?.id ?? '', 'apply', second)).toMatchObject({ ok: true, decided: 1 });
  await applyHeld(db.database, second, (error) => {
    throw error;
  });
  expect(await senders()).toEqual(['acme.example']);
});

async function serverId(): Promise<string> {
  const [row] = await db.database.select().from(senderDomains).where(eq(senderDomains.domain, domain));
  return row?.serverId ?? '';
}
