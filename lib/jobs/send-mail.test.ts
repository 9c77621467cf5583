import { createServer } from 'node:net';
import { eq, isNull } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mailChoices, mailHops, memberships, outbox, people } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { refusal, startMailSink, type TakenMail } from '../adapters/testing/mail-sink.ts';
import { addDays } from '../domain/days.ts';
import type { MailChoice } from '../domain/mail-kinds.ts';
import { notifyOwners, notifyPerson, notifyStaff } from '../operations/notify.ts';
import { setMailChoices } from '../operations/set-mail-choices.ts';
import { type Cast, requested, seedCast, testNow } from '../operations/testing.ts';
import { openMailLink } from '../secrets/mail-link.ts';
import { GIVE_UP_MS, LEASE_MS, sendMail } from './send-mail.ts';
import { expectWellMade, linksIn, openTestPost, type TestPost, testOffice } from './testing.ts';

const owner = 'owner@acme.example';
const second = 'second@acme.example';

let db: TestDatabase;
let cast: Cast;
let post: TestPost;
let accountId: string;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  accountId = cast.owner.viewer?.memberships[0]?.accountId ?? '';
  const [person] = await db.database.insert(people).values({ email: second, name: 'Kim Sato' }).returning();
  await db.database.insert(memberships).values({ accountId, personId: person?.id ?? '', role: 'owner' });
  post = await openTestPost(db.database);
});
afterAll(async () => {
  await post.close();
  await db.close();
});

const closing: (() => unknown)[] = [];
beforeEach(async () => {
  await db.database.delete(outbox);
  await db.database.update(mailHops).set({ failingSince: null, toldAt: null });
  await db.pool.query('delete from mail_choices');
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Something urgent for both owners. */
const tell = (key: string, now = testNow) =>
  notifyOwners(db.database, {
    kind: 'owner_added',
    accountId,
    key,
    values: { email: `${key}@acme.example`, name: null, by: null },
    now,
  });

const readers = (taken: readonly TakenMail[]) => taken.map(({ to }) => to[0]).sort();
const personIdOf = async (email: string) =>
  (await db.database.select().from(people).where(eq(people.email, email)))[0]?.id ?? '';
const choose = async (email: string, group: 'requests' | 'renewals' | 'queue', choice: MailChoice) =>
  setMailChoices({
    ...{ database: db.database, personId: await personIdOf(email), now: testNow },
    choices: { [group]: choice },
  });
const later = (minutes: number, from = testNow) => new Date(from.getTime() + minutes * 60_000);

describe('once', () => {
  test('the same thing noticed again, or by two at once, is told once', async () => {
    expect(await Promise.all([tell('one'), tell('one'), tell('one')])).toHaveLength(3);
    expect(await tell('one')).toBe(0);
    expect(readers(await post.deliver(testNow))).toEqual([owner, second]);
    expect(await tell('one')).toBe(0);
    expect(await post.deliver(testNow)).toEqual([]);
  });

  test('forty mails and four senders: each mail is sent once', async () => {
    for (let index = 0; index < 20; index += 1) await tell(`crowd-${index}`);
    const before = post.sink.taken.length;
    const senders = [1, 2, 3, 4].map(() => post.deliver(testNow));
    await Promise.all(senders);
    const ids = post.sink.taken.slice(before).map(({ parsed }) => parsed.messageId);
    expect(ids).toHaveLength(40);
    expect(new Set(ids).size).toBe(40);
  });

  test('a row that somebody else holds is left alone until the lease ends, then it keeps its Message-ID', async () => {
    await tell('held');
    const [row] = await db.database.select().from(outbox).limit(1);
    const id = row?.id ?? '';
    await db.database
      .update(outbox)
      .set({ lease: id, leasedUntil: later(LEASE_MS / 60_000), attempts: 1 })
      .where(eq(outbox.id, id));
    expect(await post.deliver(later(14))).toHaveLength(1);
    const [late] = await post.deliver(later(15));
    expect(late?.parsed.messageId).toBe(`<${id}@platform.example>`);
    expect(await post.deliver(later(60))).toEqual([]);
  });
});

describe('what a person wants', () => {
  const seen = (key: string) =>
    notifyOwners(db.database, {
      ...{ kind: 'back_in_force', accountId, key, now: testNow },
      values: { cause: 'owner', reason: null, listed: { entries: [], total: 2 } },
    });

  test('off: not written, and only to that person', async () => {
    await db.database
      .insert(mailChoices)
      .values({ personId: await personIdOf(second), mailGroup: 'force', choice: 'off' });
    await seen('off');
    expect(readers(await post.deliver(testNow))).toEqual([owner]);
  });

  test('what protects comes although everything is off', async () => {
    const personId = await personIdOf(second);
    await db.database.insert(mailChoices).values(
      (['force', 'access', 'requests'] as const).map((mailGroup) => ({
        ...{ personId, mailGroup },
        choice: 'off' as const,
      })),
    );
    await tell('protects');
    expect(readers(await post.deliver(testNow))).toEqual([owner, second]);
  });

  test('daily: one digest at eight by their own clock, with everything since', async () => {
    await db.database.update(people).set({ timeZone: 'Asia/Tokyo' }).where(eq(people.email, second));
    await choose(second, 'requests', 'daily');
    for (const network of ['45.82.1.1', '45.82.1.2']) await requested(db.database, cast.owner, network);
    expect(readers(await post.deliver(later(60)))).toEqual([owner, owner]);
    // Eight in Tokyo is eleven in the evening before, in UTC.
    expect(await post.deliver(new Date('2026-11-20T22:59:00Z'))).toEqual([]);
    const [digest, ...more] = await post.deliver(new Date('2026-11-20T23:00:00Z'));
    expect(more).toEqual([]);
    if (digest === undefined) throw new Error('no digest');
    expectWellMade(digest);
    expect(digest.to).toEqual([second]);
    expect(digest.parsed.subject).toBe('2 things happened at Acme Devices');
    const text = digest.parsed.text ?? '';
    expect(text).toContain('Request for 45.82.1.1 received');
    expect(text).toContain('Request for 45.82.1.2 received');
    expect(text).toContain('20 November 2026, 21:00 GMT+9');
    expect(await post.deliver(addDays(testNow, 2))).toEqual([]);
    await db.database.update(people).set({ timeZone: 'UTC' }).where(eq(people.email, second));
  });

  test('without a choice, news of low grade waits for the digest of those whom it does not concern', async () => {
    await requested(db.database, cast.owner, '45.82.2.1');
    expect(readers(await post.deliver(testNow))).toEqual([owner]);
    const morning = await post.deliver(new Date('2026-11-21T08:00:00Z'));
    expect(readers(morning)).toEqual([second]);
    // One thing alone is no digest.
    expect(morning[0]?.parsed.subject).toBe('Request for 45.82.2.1 received');
  });

  test('the link of a mail opens for that person and that group, and nothing else is in it', async () => {
    await requested(db.database, cast.owner, '45.82.3.1');
    const [mail] = await post.deliver(testNow);
    const header = mail?.parsed.headers.get('list') as { unsubscribe?: { url?: string } } | undefined;
    const url = header?.unsubscribe?.url ?? '';
    expect(url).toMatch(/^https:\/\/portal\.example\/api\/mail\/[\w-]+$/);
    const token = url.split('/').at(-1) ?? '';
    expect(openMailLink(post.office.secrets, token)).toEqual({
      personId: cast.owner.viewer?.personId,
      group: 'requests',
    });
    expect(linksIn(mail?.parsed.text ?? '')).toContain(`https://portal.example/mail/${token}`);
  });

  test('what cannot be turned off is no choice', async () => {
    const personId = await personIdOf(second);
    for (const group of ['access', 'abuse', 'platform'] as const) {
      expect(
        await setMailChoices({
          ...{ database: db.database, personId, now: testNow },
          choices: { [group]: 'off' },
        }),
      ).toMatchObject({ ok: false, code: 'invalid' });
    }
    expect(await choose(second, 'requests', 'off')).toMatchObject({ ok: true });
    expect(await choose(second, 'requests', 'at_once')).toMatchObject({ ok: true });
    expect(await db.database.$count(mailChoices)).toBe(1);
  });
});

describe('when it cannot be sent', () => {
  const failures: string[] = [];
  const send = (office: ReturnType<typeof testOffice>, at: Date) =>
    sendMail({
      database: db.database,
      office,
      now: () => at,
      onFailure: (error) => failures.push(String(error)),
    });
  async function hop(options: Parameters<typeof startMailSink>[0]) {
    const sink = await startMailSink(options);
    const office = testOffice([sink.url]);
    closing.push(sink.close, () => office.mailer.close());
    return { sink, office };
  }
  const rows = () => db.database.select().from(outbox).orderBy(outbox.createdAt);

  test('refused for now: tried again with growing pauses, and then it is one mail', async () => {
    let open = false;
    const { sink, office } = await hop({
      onRcptTo: (_address, _session, callback) => callback(open ? null : refusal(450, '4.2.0 not yet')),
    });
    await tell('later');
    const pauses: number[] = [];
    let at = testNow;
    for (let attempt = 0; attempt < 4; attempt += 1) {
      expect(await send(office, at)).toBe(0);
      const row = (await rows()).find(({ personId }) => personId === cast.owner.viewer?.personId);
      pauses.push(((row?.sendAfter.getTime() ?? 0) - at.getTime()) / 60_000);
      expect(await send(office, new Date((row?.sendAfter.getTime() ?? 0) - 1)), 'not before').toBe(0);
      at = row?.sendAfter ?? at;
    }
    expect(pauses).toEqual([1, 2, 4, 8]);
    expect(failures.at(-1)).toContain('4.2.0 not yet');
    open = true;
    expect(await send(office, at)).toBe(2);
    expect(readers(sink.taken)).toEqual([owner, second]);
  });

  test('given up after days: staff are told of all of them in one mail, and of none twice', async () => {
    const { office } = await hop({
      onRcptTo: (address, _session, callback) =>
        callback(address.address.endsWith('@acme.example') ? refusal(450, '4.2.0 never') : null),
    });
    await tell('lost');
    await send(office, testNow);
    await send(office, new Date(testNow.getTime() + GIVE_UP_MS + 1));
    const dropped = (await rows()).filter(({ droppedAt }) => droppedAt !== null);
    expect(dropped.map(({ failure }) => failure)).toEqual(['450 4.2.0 never', '450 4.2.0 never']);
    const told = await post.deliver(new Date(testNow.getTime() + GIVE_UP_MS + 2));
    expect(readers(told)).toEqual([
      'admin@postern.example',
      'support2@postern.example',
      'support@postern.example',
    ]);
    expectWellMade(told[0] as TakenMail);
    expect(told[0]?.parsed.subject).toBe('2 notification mails were not delivered');
    expect(told[0]?.parsed.text).toContain(owner);
    expect(told[0]?.parsed.text).toContain('450 4.2.0 never');
  });

  test('refused for good: not offered again, staff are told, and not about mail that told them', async () => {
    let offered = 0;
    const { office } = await hop({
      onRcptTo: (_address, _session, callback) => {
        offered += 1;
        callback(refusal(550, '5.1.1 no such user'));
      },
    });
    await tell('nobody');
    await send(office, testNow);
    await send(office, later(1));
    await send(office, later(600));
    // Two owners, then three of the staff about them, then nobody about these.
    expect(offered).toBe(5);
    expect((await rows()).every(({ droppedAt }) => droppedAt !== null)).toBe(false);
    expect(
      (await rows()).filter(({ droppedAt, foldedInto }) => droppedAt === null && foldedInto === null),
    ).toEqual([]);
  });

  test('no next hop answers: one attempt finds out for all, and staff hear it when it is back', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as { port: number };
    await new Promise((resolve) => gone.close(resolve));
    const office = testOffice([`smtp://127.0.0.1:${port}`]);
    await tell('stuck-1');
    await tell('stuck-2');
    await send(office, testNow);
    expect((await rows()).map(({ attempts }) => attempts).sort()).toEqual([0, 0, 0, 1]);
    await send(office, later(4));
    expect(await db.database.$count(outbox, eq(outbox.kind, 'next_hop_down'))).toBe(0);
    await send(office, later(6));
    await send(office, later(7));
    expect(await db.database.$count(outbox, eq(outbox.kind, 'next_hop_down'))).toBe(3);
    const taken = await post.deliver(later(300));
    expect(taken).toHaveLength(7);
    const down = taken.find(({ to }) => to[0] === 'admin@postern.example');
    expectWellMade(down as TakenMail);
    expect(down?.parsed.subject).toBe(`Next hop 127.0.0.1:${port} does not answer`);
    expect(down?.parsed.text).toMatch(/Since +20 November 2026, 12:00 UTC/);
    expect(down?.parsed.text).toContain('ECONNREFUSED');
  });

  test('another next hop carries the news that one is down', async () => {
    const sink = await startMailSink();
    const gone = await startMailSink();
    await gone.close();
    const office = testOffice([gone.url, sink.url]);
    closing.push(sink.close, () => office.mailer.close());
    await tell('first');
    expect(await send(office, testNow)).toBe(2);
    await tell('again', later(10));
    await send(office, later(10));
    expect(await send(office, later(11))).toBe(3);
    expect(sink.taken.at(-1)?.parsed.subject).toBe(`Next hop 127.0.0.1:${gone.port} does not answer`);
  });

  test('a mail that cannot be made does not hold up the others', async () => {
    await notifyPerson(db.database, {
      kind: 'token_created',
      personId: await personIdOf(owner),
      key: 'broken',
      values: { name: 'x', scope: 'account', expiresAt: 'no date', from: null },
      now: testNow,
    });
    await tell('whole');
    const { sink, office } = await hop({});
    expect(await send(office, testNow)).toBe(2);
    expect(readers(sink.taken)).toEqual([owner, second]);
    expect((await rows()).filter(({ sentAt }) => sentAt === null).map(({ kind }) => kind)).toEqual([
      'token_created',
    ]);
  });

  test('nobody is left to read it: an erased person, staff no longer, a person who has joined', async () => {
    const [gone] = await db.database.insert(people).values({ email: 'gone2@acme.example' }).returning();
    const [joined] = await db.database
      .insert(people)
      .values({ email: 'joined@acme.example', passwordHash: 'x' })
      .returning();
    const now = testNow;
    await notifyPerson(db.database, {
      ...{ kind: 'token_created', personId: gone?.id ?? '', key: 'g', now },
      values: { name: 'x', scope: 'account', expiresAt: null, from: null },
    });
    await notifyPerson(db.database, {
      ...{ kind: 'invitation', personId: joined?.id ?? '', key: 'j', now },
      values: { role: 'support', invitedBy: null },
    });
    await db.database
      .update(people)
      .set({ email: null, erasedAt: now })
      .where(eq(people.id, gone?.id ?? ''));
    await notifyStaff(db.database, {
      ...{ kind: 'fuse', key: 'f', to: [await personIdOf('support2@postern.example')], now },
      values: { cause: 'feed', affected: 1, limit: 1, total: 1, at: now.toISOString() },
    });
    await db.pool.query('update staff set ended_at = now() where person_id = $1', [
      await personIdOf('support2@postern.example'),
    ]);
    expect(await post.deliver(testNow)).toEqual([]);
    expect((await rows()).map(({ failure }) => failure).sort()).toEqual([
      'joined_already',
      'no_longer_staff',
      'person_gone',
    ]);
  });
});

test('a list of thousands of addresses is one mail, which names the first and counts all', async () => {
  await db.pool.query(
    `insert into outbox (kind, audience, person_id, account_id, dedupe_key, bundle, created_at, send_after, content)
     select 'renew', 'account', p.id, $1, 'renew:' || i || ':' || p.id, 'renew', $2, $2, jsonb_build_object(
       'account', '{"slug": "acme", "name": "Acme Devices"}'::jsonb, 'entry', null, 'values', jsonb_build_object(
         'items', jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'network', '45.9.' || i / 250 || '.' || i % 250,
           'label', null, 'server', 'acme-production', 'reviewBy', '2027-01-01T00:00:00.000Z', 'leaseEnd', null, 'days', 40,
           'inherited', true))))
     from generate_series(1, 2500) i, people p where p.email = any ($3)`,
    [accountId, testNow, [owner, second]],
  );
  const mails = await post.deliver(testNow);
  expect(readers(mails)).toEqual([owner, second]);
  expect(mails[0]?.parsed.subject).toContain('Renew 2,500 addresses');
  const kept = await db.database.select().from(outbox).where(isNull(outbox.foldedInto));
  expect(kept.map(({ content }) => content.values)).toMatchObject([{ total: 2500 }, { total: 2500 }]);
});
