import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageOfAccountEvents } from '../../db/queries/events.ts';
import { entryStanding, throttles } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { createResolver } from '../adapters/resolver.ts';
import { type DnsServer, startDnsServer, zone } from '../adapters/testing/dns-server.ts';
import { challengeValue } from '../secrets/domain-token.ts';
import { checkDomain } from './check-domain.ts';
import { claimDomain } from './claim-domain.ts';
import { endDomain } from './end-domain.ts';
import { putServer } from './put-server.ts';
import { type Cast, currentRow, inForce, testNow as now, seedCast } from './testing.ts';
import { throttleRules } from './throttle.ts';

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

const secrets = { current: 'a secret for tests that is long enough', previous: null };
const base = () => ({ database: db.database, actor: cast.owner, server: 'acme-production', now });
const claim = (domain: string, more: object = {}) => claimDomain({ ...base(), domain, ...more });
const end = (domain: string, more: object = {}) => endDomain({ ...base(), domain, ...more });
const check = (domain: string, more: object = {}) => {
  const resolver = createResolver({ servers: [dns.address], timeoutMs: 300, tries: 1, retryAfterMs: 0 });
  return checkDomain({ ...base(), domain, resolver, secrets, ...more });
};
const publish = (domain: string, values: readonly string[] | 'SERVFAIL') =>
  dns.use(zone({ [`TXT _postern-challenge.${domain}`]: values }));
const sendersOf = async (id: string) =>
  (await db.database.select().from(entryStanding).where(eq(entryStanding.entryId, id)))[0]?.scope
    .sender_domains;

test('claimed, published, checked: nodes let the server’s entries send as it; given up, no longer', async () => {
  const { id, serverId } = await inForce(db.database, cast, '45.103.1.1');
  const claimed = await claim(' https://Scans.acme-group.com/ ');
  expect(claimed).toMatchObject({ ok: true, claim: { domain: 'scans.acme-group.com' } });
  expect(await claim('scans.acme-group.com')).toEqual(claimed);
  expect(await check('scans.acme-group.com')).toEqual({ ok: true, outcome: 'no_record' });
  const value = challengeValue(secrets, serverId, 'scans.acme-group.com');
  publish('scans.acme-group.com', ['v=spf1 -all', value]);
  expect(await sendersOf(id)).toEqual(['acme.example']);
  expect(await check('scans.acme-group.com')).toEqual({ ok: true, outcome: 'verified' });
  expect(await sendersOf(id)).toEqual(['acme.example', 'scans.acme-group.com']);
  expect(await claim('scans.acme-group.com')).toMatchObject({ code: 'invalid', reason: 'already_verified' });
  expect(await end('scans.acme-group.com')).toMatchObject({ ok: true });
  expect(await sendersOf(id)).toEqual(['acme.example']);
  expect(await end('scans.acme-group.com')).toEqual({ ok: false, code: 'not_found' });
  const accountId = cast.owner.viewer?.memberships[0]?.accountId ?? '';
  const { rows } = await pageOfAccountEvents(db.database, accountId, 'account', { limit: 3 });
  expect(rows.map(({ kind }) => kind)).toEqual(['domain_ended', 'domain_verified', 'domain_claimed']);
});

describe('not verified', () => {
  test.each([
    ['the record of another server', ['postern-verification=0123456789abcdefghjkmnpq'], 'other_value'],
    ['another record', ['v=spf1 -all'], 'other_value'],
    ['no such name', [], 'no_record'],
    ['the name servers fail', 'SERVFAIL', 'temporary_error'],
  ] as const)('%s', async (_what, records, outcome) => {
    await claim('acme-group.org');
    publish('acme-group.org', records);
    expect(await check('acme-group.org')).toEqual({ ok: true, outcome });
  });

  test('somebody else’s record does not count, whoever asks', async () => {
    const { serverId } = await inForce(db.database, cast, '45.103.1.2', cast.otherOwner, 'globex-mail');
    await claim('acme-group.org');
    publish('acme-group.org', [challengeValue(secrets, serverId, 'acme-group.org')]);
    expect(await check('acme-group.org')).toEqual({ ok: true, outcome: 'other_value' });
  });
});

test.each([
  ['localhost', 'not_a_domain'],
  ['co.uk', 'public_suffix'],
  ['github.io', 'public_suffix'],
  ['gmail.com', 'mail_provider'],
  ['acme.example', 'already_verified'],
])('%s is refused: %s', async (domain, reason) => {
  expect(await claim(domain)).toEqual({ ok: false, code: 'invalid', field: 'domain', reason });
});

test('what the platform feeds stays the platform’s, and what was proven here outlives its feed', async () => {
  expect(await end('acme.example')).toMatchObject({ code: 'invalid', reason: 'from_feed' });
  const { id, serverId } = await inForce(db.database, cast, '45.103.1.3');
  await claim('acme-group.net');
  publish('acme-group.net', [challengeValue(secrets, serverId, 'acme-group.net')]);
  await check('acme-group.net');
  const feed = (domains: string[]) =>
    putServer({
      database: db.database,
      actor: { ...cast.admin, kind: 'platform' },
      server: { slug: 'acme-production', domains },
      now,
    });
  await feed(['acme.example', 'acme-group.net', 'acme.test']);
  await feed(['acme.example']);
  expect(await sendersOf(id)).toEqual(['acme-group.net', 'acme.example']);
});

test('what another server has claimed or proven is neither checked nor ended', async () => {
  const globex = { actor: cast.otherOwner, server: 'globex-mail' };
  const { serverId } = await inForce(db.database, cast, '45.103.1.4', cast.otherOwner, 'globex-mail');
  await claim('globex-group.net', globex);
  publish('globex-group.net', [challengeValue(secrets, serverId, 'globex-group.net')]);
  expect(await check('globex-group.net')).toEqual({ ok: false, code: 'not_found' });
  expect(await end('globex-group.net')).toEqual({ ok: false, code: 'not_found' });
  expect(await check('globex-group.net', globex)).toEqual({ ok: true, outcome: 'verified' });
  expect(await end('globex-group.net')).toEqual({ ok: false, code: 'not_found' });
  expect(await end('globex-group.net', globex)).toMatchObject({ ok: true });
});

test('a claim that is given up while the name servers are asked verifies nothing', async () => {
  const { id, serverId } = await inForce(db.database, cast, '45.103.1.5');
  const domain = 'given-up.acme-group.com';
  await claim(domain);
  const before = await sendersOf(id);
  publish(domain, [challengeValue(secrets, serverId, domain)]);
  const asked = createResolver({ servers: [dns.address], timeoutMs: 300, tries: 1, retryAfterMs: 0 });
  const resolver = {
    txt: async (name: string) => {
      const answer = await asked.txt(name);
      expect(await end(domain)).toMatchObject({ ok: true });
      return answer;
    },
  };
  expect(await check(domain, { resolver })).toEqual({ ok: false, code: 'not_found' });
  expect(await sendersOf(id)).toEqual(before);
});

test('owners manage domains, of their own servers alone', async () => {
  for (const [actor, code] of [
    [cast.member, 'not_allowed'],
    [cast.viewer, 'not_allowed'],
    [cast.otherOwner, 'not_found'],
    [cast.support, 'not_found'],
    [cast.nobody, 'not_found'],
  ] as const) {
    expect(await claim('acme-group.dev', { actor })).toMatchObject({ ok: false, code });
    expect(await check('acme-group.org', { actor })).toMatchObject({ ok: false, code });
    expect(await end('acme-group.org', { actor })).toMatchObject({ ok: false, code });
  }
  expect(await check('never-claimed.org')).toEqual({ ok: false, code: 'not_found' });
});

test('a domain is not verified and given up without end', async () => {
  const { id, serverId } = await inForce(db.database, cast, '45.103.1.9');
  await db.database.delete(throttles);
  const domain = 'toggled.acme-group.com';
  publish(domain, [challengeValue(secrets, serverId, domain)]);
  const { attempts, blockMs } = throttleRules.domain_claims;
  await claim(domain);
  await check(domain);
  const { revision } = await currentRow(db.database, id);
  for (let count = 1; count < attempts; count++) {
    await end(domain);
    expect(await claim(domain)).toMatchObject({ ok: true });
  }
  await check(domain);
  // What a decision about an entry rests on has moved meanwhile.
  expect((await currentRow(db.database, id)).revision).toBeGreaterThan(revision);
  await end(domain);
  expect(await claim(domain)).toMatchObject({ code: 'throttled', until: new Date(now.getTime() + blockMs) });
});
