import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { abuseReports, entries, ladderPositions, policies, sightings, signals } from '../../../db/schema.ts';
import { mutatedReport } from '../../../lib/domain/testing-mutations.ts';
import {
  type ReportShape,
  reportMessage,
  usualOriginal,
  usualReport,
} from '../../../lib/domain/testing-reports.ts';
import { inForce, testNow } from '../../../lib/operations/testing.ts';
import { makeAttribution } from '../../../lib/secrets/attribution.ts';
import { openTestApi, type TestApi, type TokenName } from './testing.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.db.database
    .insert(policies)
    .values({ version: 2, content: { abuse: { reporters: ['mailbox.example'] } } });
});
afterAll(() => api.close());

const secrets = { current: 'a secret for tests that is long enough', previous: null };
const hand = (raw: BodyInit, token: TokenName = 'platform', type = 'message/rfc822') =>
  api.call('POST', '/abuse-reports', { token: api.tokens[token], raw, headers: { 'content-type': type } });
const report = (shape: ReportShape, token?: TokenName) => hand(reportMessage(shape), token);

let last = 0;
/** An entry that came into force days ago. */
async function entry(): Promise<{ id: string; address: string }> {
  last += 1;
  const address = `45.120.1.${last}`;
  const { id } = await inForce(api.db.database, api.cast, address);
  const since = new Date(testNow.getTime() - 20 * 86_400_000);
  await api.db.database.update(entries).set({ activatedAt: since }).where(eq(entries.id, id));
  for (const table of ['accounts', 'servers', 'subscriptions']) {
    await api.db.pool.query(`update ${table} set status_since = $1`, [since]);
  }
  return { id, address };
}
const about = (address: string, ...lines: string[]): ReportShape => ({
  report: [...usualReport.filter((line) => !/^Source-IP/.test(line)), `Source-IP: ${address}`, ...lines],
});
const signed = (id: string | null, transaction: string, more: Partial<ReportShape> = {}): ReportShape => ({
  ...more,
  original: [
    `Postern-Attribution: ${makeAttribution(secrets, {
      server: 'acme-production',
      entry: id,
      auth: id === null ? 'login' : 'ip',
      at: testNow,
      transaction,
    }).replaceAll('; ', ';\r\n\t')}`,
    ...usualOriginal,
  ],
});
const stored = async (id: string) =>
  (await api.db.database.select().from(abuseReports).where(eq(abuseReports.id, id)))[0];
const signalsOf = (id: string) => api.db.database.select().from(signals).where(eq(signals.entryId, id));

test('a report with our signature weighs, whatever address it names', async () => {
  const { id } = await entry();
  const answer = await report(signed(id, 't-1', about('198.51.100.4')));
  expect(answer).toMatchObject({
    status: 202,
    body: { feedback_type: 'abuse', source_ip: '198.51.100.4', entry: id },
  });
  expect(await stored(answer.body.id)).toMatchObject({
    state: 'weighed',
    mappedBy: 'attribution',
    transaction: 't-1',
  });
  expect(await signalsOf(id)).toMatchObject([
    {
      kind: 'complaint',
      strength: 1,
      weight: 10,
      source: 'report',
      sample: {
        sender: 'invoices@acme.example',
        recipient: 'j…@mailbox.example',
        subject: 'Your invoice ••••',
      },
    },
  ]);
  const [position] = await api.db.database
    .select()
    .from(ladderPositions)
    .where(eq(ladderPositions.entryId, id));
  expect(position?.step).toBe('warned');
});

test('one complaint for each transaction and reporter, and the same report is the same row', async () => {
  const { id } = await entry();
  const first = await report(signed(id, 't-2'));
  const again = await report(signed(id, 't-2'));
  expect(again.body).toEqual(first.body);
  const other = await report(signed(id, 't-2', { boundary: 'another' }));
  expect(other.body.id).not.toBe(first.body.id);
  expect(await signalsOf(id)).toHaveLength(1);
  await report(signed(id, 't-3'));
  expect(await signalsOf(id)).toHaveLength(2);
});

test('a reporter is its domain in the policy: names below it, and another type, add nothing', async () => {
  const { id, address } = await entry();
  const grave = ['Feedback-Type: fraud', ...usualReport.slice(1)];
  for (const name of ['a.mailbox.example', 'b.mailbox.example', 'c.d.mailbox.example', 'mailbox.example']) {
    const head = [`From: fbl@${name}`];
    const { body } = await report(signed(id, 't-many', { head, report: grave }));
    expect(await stored(body.id)).toMatchObject({ state: 'weighed', configured: true, reporterDomain: name });
    await report(signed(id, 't-many', { head }));
    await report({ ...about(address), head });
  }
  expect((await signalsOf(id)).map(({ kind }) => kind).sort()).toEqual([
    'complaint_by_address',
    'grave_complaint',
  ]);
  const [row] = await api.db.database.select().from(entries).where(eq(entries.id, id));
  expect(row).toMatchObject({ status: 'active' });
});

test('a report of anybody goes to a person, and one report removes nothing', async () => {
  const { id } = await entry();
  const stranger = await report(signed(id, 't-4', { head: ['From: me@evil.example'] }));
  expect(stranger.body.entry).toBe(id);
  expect(await stored(stranger.body.id)).toMatchObject({ state: 'for_person', configured: false });
  expect(await signalsOf(id)).toEqual([]);
  const likeOne = await report(signed(id, 't-6', { head: ['From: fbl@notmailbox.example'] }));
  expect(await stored(likeOne.body.id)).toMatchObject({ state: 'for_person', configured: false });
  expect(await signalsOf(id)).toEqual([]);
  const fraud = signed(id, 't-5', { report: ['Feedback-Type: fraud', ...usualReport.slice(1)] });
  await report(fraud);
  const [row] = await api.db.database.select().from(entries).where(eq(entries.id, id));
  expect(row?.status).toBe('active');
});

test('a malformed one goes to a person, although our signature stands in it', async () => {
  const { id } = await entry();
  const twice = [...usualReport, 'Feedback-Type: fraud'];
  const { body } = await report(signed(id, 't-7', { report: twice }));
  expect(await stored(body.id)).toMatchObject({ state: 'for_person', configured: true });
  expect((await stored(body.id))?.problems).not.toEqual([]);
  expect(await signalsOf(id)).toEqual([]);
});

test('forged ones by the dozen about an address slow it down at most', async () => {
  const { id, address } = await entry();
  for (let day = 1; day <= 20; day += 1) {
    const arrival = `Arrival-Date: ${day} Nov 2026 03:00:00 +0000`;
    const lines = usualReport.filter((line) => !/^(Source-IP|Arrival-Date)/.test(line));
    for (const boundary of ['a', 'b']) {
      await report({ boundary, report: [...lines, `Source-IP: ${address}`, arrival] });
    }
  }
  expect((await signalsOf(id)).length).toBeLessThanOrEqual(20);
  const [row] = await api.db.database.select().from(entries).where(eq(entries.id, id));
  expect(row).toMatchObject({ status: 'active' });
});

describe('by address and time, only where that is certain', () => {
  const source = async (shape: ReportShape) => {
    const { body, status } = await report(shape);
    expect(status).toBe(202);
    const row = await stored(body.id);
    return { entry: body.entry, why: row?.notMapped ?? null, by: row?.mappedBy ?? null };
  };
  const without = (name: string) => ({
    report: usualReport.filter((line) => !line.startsWith(`${name}:`)),
  });

  test('one entry in force then', async () => {
    const { id, address } = await entry();
    expect(await source(about(address))).toEqual({ entry: id, why: null, by: 'source_ip' });
    expect(await signalsOf(id)).toMatchObject([{ kind: 'complaint_by_address' }]);
  });

  test.each<[string, ReportShape, string]>([
    ['no address', without('Source-IP'), 'source_missing'],
    ['a masked one', about('45.120.1.0'), 'source_masked'],
    ['a masked one in letters', about('45.120.1.x'), 'source_masked'],
    ['a private one', about('10.1.2.3'), 'source_not_public'],
    ['two of them', about('45.120.1.1', 'Source-IP: 45.120.1.2'), 'source_several'],
    ['an address of nobody', about('45.121.9.9'), 'no_entry'],
    ['no time', { ...without('Arrival-Date') }, 'no_arrival_date'],
  ])('%s is never mapped', async (_name, shape, why) => {
    expect(await source({ boundary: randomUUID(), ...shape })).toEqual({ entry: null, why, by: null });
  });

  test('not before it came into force, nor long ago, nor in the future', async () => {
    const { address } = await entry();
    const at = (when: string) => ({
      report: [
        ...usualReport.filter((line) => !/^(Source-IP|Arrival-Date)/.test(line)),
        `Source-IP: ${address}`,
        `Arrival-Date: ${when}`,
      ],
    });
    expect((await source(at('Mon, 26 Oct 2026 09:00:00 +0000'))).why).toBe('no_entry');
    expect((await source(at('Thu, 1 Oct 2026 09:00:00 +0000'))).why).toBe('too_old');
    expect((await source(at('Sat, 21 Nov 2026 09:00:00 +0000'))).why).toBe('in_the_future');
  });

  test('not where two entries had the address one after the other within the hour', async () => {
    const { id, address } = await entry();
    const change = new Date('2026-11-20T09:20:00Z');
    await api.db.database
      .update(entries)
      .set({ status: 'removed', endCause: 'owner', endedAt: change })
      .where(eq(entries.id, id));
    const next = await inForce(api.db.database, api.cast, address);
    await api.db.database.update(entries).set({ activatedAt: change }).where(eq(entries.id, next.id));
    expect((await source(about(address))).why).toBe('several_entries');
  });

  test('not where it was suspended', async () => {
    const { id, address } = await entry();
    await api.call('POST', `/whitelist/${id}/suspend`, { token: api.tokens.support, body: { reason: 'x' } });
    const now = new Date();
    // Events carry the database's own clock; the report speaks of that time.
    const { rows } = await api.db.pool.query<{ at: Date }>(
      `select max(at) as at from events where kind = 'suspended' and entry_id = $1`,
      [id],
    );
    const at = rows[0]?.at ?? now;
    const { entryAt } = await import('../../../db/queries/entry-at.ts');
    await api.db.pool.query('update entries set activated_at = $1, review_by = null where id = $2', [
      new Date(at.getTime() - 86_400_000),
      id,
    ]);
    await api.db.pool.query(`update accounts set status_since = $1`, [new Date(at.getTime() - 86_400_000)]);
    await api.db.pool.query(`update servers set status_since = $1`, [new Date(at.getTime() - 86_400_000)]);
    await api.db.pool.query(`update subscriptions set status_since = $1`, [
      new Date(at.getTime() - 86_400_000),
    ]);
    const later = new Date(at.getTime() + 3 * 3_600_000);
    expect(await entryAt(api.db.database, address, later, later)).toEqual({
      certain: false,
      why: 'perhaps_not_in_force',
    });
    const earlier = new Date(at.getTime() - 3 * 3_600_000);
    expect(await entryAt(api.db.database, address, earlier, later)).toMatchObject({
      certain: true,
      entryId: id,
    });
  });

  test('not where somebody signed in from there in those days', async () => {
    const { address } = await entry();
    const [acme] = await api.db.database.select({ serverId: entries.serverId }).from(entries).limit(1);
    await api.db.database
      .insert(sightings)
      .values({ serverId: acme?.serverId ?? '', address, day: '2026-11-19', signIns: 3 });
    expect((await source(about(address))).why).toBe('signed_in_there');
  });
});

test.each<[string, (report: ReportShape) => ReportShape, string]>([
  [
    'mail of somebody else',
    (shape) => ({
      ...shape,
      original: shape.original?.map((line) => line.replace('invoices@acme.example', 'win@evil.example')),
    }),
    'signed_for_another_sender',
  ],
  [
    'a message with two From fields',
    (shape) => ({ ...shape, original: ['From: <win@evil.example>', ...(shape.original ?? [])] }),
    'signed_for_another_sender',
  ],
  [
    'what arrived weeks later',
    (shape) => ({
      ...shape,
      report: usualReport.map((line) => line.replace('20 Nov 2026', '28 Nov 2026')),
    }),
    'arrived_long_after_it_was_signed',
  ],
])('a signature in %s is for a person', async (_what, copied, why) => {
  const { id } = await entry();
  const shape = copied(signed(id, `t-${why}-${last}`));
  const { body } = await report(shape);
  expect(body.entry).toBe(id);
  expect(await stored(body.id)).toMatchObject({ state: 'for_person', entryId: id, notMapped: why });
  expect(await signalsOf(id)).toHaveLength(0);
});

test('signatures that are forged, copied together, or of a login', async () => {
  const { id } = await entry();
  const forged = signed(id, 't-6').original?.map((line) => line.replace('t-6', 't-7'));
  expect((await report({ original: forged })).body.entry).toBeNull();
  const two = [...(signed(id, 't-8').original ?? []).slice(0, 1), ...(signed(id, 't-9').original ?? [])];
  const copied = await report({ original: two });
  expect(copied.body.entry).toBeNull();
  expect(await stored(copied.body.id)).toMatchObject({
    state: 'for_person',
    notMapped: 'several_attributions',
  });
  const login = await report(signed(null, 't-10'));
  expect(await stored(login.body.id)).toMatchObject({
    state: 'for_person',
    mappedBy: 'attribution',
    entryId: null,
  });
  expect(await signalsOf(id)).toEqual([]);
});

test.each([
  ['not-spam', 'noted'],
  ['auth-failure', 'noted'],
  ['other', 'for_person'],
  ['whatever', 'for_person'],
])('a report of type %s is %s', async (type, state) => {
  const { id } = await entry();
  const shape = signed(id, `t-${type}`, { report: [`Feedback-Type: ${type}`, ...usualReport.slice(1)] });
  const { body } = await report(shape);
  expect(body).toMatchObject({ feedback_type: type, entry: id });
  expect((await stored(body.id))?.state).toBe(state);
  expect(await signalsOf(id)).toEqual([]);
});

test('what is no report is kept for a person, as it came', async () => {
  const raw = 'From: jane@mailbox.example\r\nSubject: spam!\r\n\r\nStop it.\r\n';
  const { status, body } = await hand(raw, 'support');
  expect({ status, body }).toMatchObject({
    status: 202,
    body: { feedback_type: null, source_ip: null, entry: null },
  });
  const row = await stored(body.id);
  expect(row).toMatchObject({ state: 'for_person', problems: ['not_a_report'], octets: raw.length });
  expect(row?.raw?.toString()).toBe(raw);
});

test('octets that are no text at all', async () => {
  const octets = Uint8Array.from({ length: 2000 }, (_, index) => (index * 7919) % 256);
  expect(await hand(octets)).toMatchObject({ status: 202, body: { feedback_type: null } });
});

test('mutated ones by the hundred are taken or turned away, and take nothing out of force', {
  timeout: 120_000,
}, async () => {
  // The address that these reports name, where anything of it is left.
  const { id } = await inForce(api.db.database, api.cast, '45.90.1.7');
  await api.db.database
    .update(entries)
    .set({ activatedAt: new Date(testNow.getTime() - 20 * 86_400_000) })
    .where(eq(entries.id, id));
  for (const text of fc.sample(mutatedReport, { numRuns: 200, seed: 5965 })) {
    const { status, body } = await hand(Uint8Array.from(text, (one) => one.charCodeAt(0) & 0xff));
    expect([202, 400], JSON.stringify(text.slice(0, 200))).toContain(status);
    if (status === 202) expect([null, id]).toContain(body.entry);
  }
  const [row] = await api.db.database.select().from(entries).where(eq(entries.id, id));
  expect(row).toMatchObject({ status: 'active' });
});

test.each([
  ['nothing', '', 'message/rfc822', 400, 'invalid_request'],
  ['JSON', '{}', 'application/json', 415, 'unsupported_media_type'],
  ['more than a message', 'x'.repeat(10 * 1024 * 1024 + 1), 'message/rfc822', 413, 'too_large'],
])('%s is not taken', async (_what, raw, type, status, code) => {
  expect(await hand(raw, 'platform', type)).toMatchObject({ status, body: { code } });
});

test.each(['owner', 'member', 'viewer', 'otherOwner'] as const)('by %s it is refused', async (token) => {
  expect(await hand(reportMessage(), token)).toMatchObject({ status: 403, body: { code: 'not_allowed' } });
});
