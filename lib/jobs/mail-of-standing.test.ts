import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { abuseProposals, accounts, entries, servers } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import type { TakenMail } from '../adapters/testing/mail-sink.ts';
import { addDays } from '../domain/days.ts';
import { suspendServerNow } from '../operations/abuse-consequences.ts';
import { decideProposal, liftSuspension, proposeCancellation } from '../operations/account-sanctions.ts';
import { closeAccount } from '../operations/close-account.ts';
import { endCancelledEntries } from '../operations/end-cancelled.ts';
import { putAccount } from '../operations/put-account.ts';
import { putServer } from '../operations/put-server.ts';
import { reopenAccount } from '../operations/reopen-account.ts';
import { systemActor } from '../operations/result.ts';
import { type Cast, inForce, platform, requested, seedCast, testNow } from '../operations/testing.ts';
import { withdrawEntry } from '../operations/withdraw-entry.ts';
import { expectWellMade, openTestPost, type TestPost } from './testing.ts';

// What becomes of a whole account or server, and who hears of it, also where nothing of it was in force.

const owner = 'owner@acme.example';
const member = 'member@acme.example';

let db: TestDatabase;
let cast: Cast;
let post: TestPost;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  post = await openTestPost(db.database);
});
afterAll(async () => {
  await post.close();
  await db.close();
});
beforeEach(async () => {
  await db.database.update(entries).set({ status: 'withdrawn', endedAt: testNow, endCause: 'owner' });
  await post.deliver(testNow);
});

async function mails(at = testNow): Promise<TakenMail[]> {
  const taken = await post.deliver(at);
  for (const mail of taken) expectWellMade(mail);
  return taken;
}

const readers = (taken: TakenMail[]) => taken.map(({ to }) => to[0]).sort();
const subjects = (taken: TakenMail[]) => [...new Set(taken.map(({ parsed }) => parsed.subject))];
const textOf = (mail: TakenMail | undefined) => (mail?.parsed.text ?? '').replaceAll(/\s+/g, ' ');
const context = () => ({ database: db.database, now: testNow });
const close = (reason = 'Fraud.') => closeAccount({ ...context(), actor: cast.admin, slug: 'acme', reason });
const reopen = () => reopenAccount({ ...context(), actor: cast.admin, slug: 'acme', reason: 'Not them.' });

test('an account that is closed: one mail to its owners, and to who has asked for something', async () => {
  await inForce(db.database, cast, '45.120.1.1');
  await requested(db.database, cast.member, '45.120.1.2');
  await mails();
  await close();
  const taken = await mails();
  expect(readers(taken)).toEqual([member, owner]);
  expect(subjects(taken)).toEqual(['Acme Devices is closed']);
  const text = textOf(taken[0]);
  expect(text).toMatch(/> Fraud\. Removed with it 45\.120\.1\.1 .*rejected with it 45\.120\.1\.2 /);
  // Closed once more it is no news.
  await close();
  expect(await mails()).toEqual([]);

  await reopen();
  const open = await mails();
  expect(readers(open)).toEqual([owner]);
  expect(subjects(open)).toEqual(['Acme Devices is open again']);
  expect(textOf(open[0])).toContain('> Not them.');
});

test('with nothing in force and nothing asked for its owners hear it as well', async () => {
  await close();
  const taken = await mails();
  expect(subjects(taken)).toEqual(['Acme Devices is closed']);
  expect(textOf(taken[0])).not.toMatch(/(Removed|rejected) with it/);
});

test('reopened, and cancelled by the platform all the same: it is not open', async () => {
  const say = (status: 'active' | 'cancelled') =>
    putAccount({ ...context(), actor: platform, account: { slug: 'acme', name: 'Acme Devices', status } });
  await say('cancelled');
  expect(await reopen()).toMatchObject({ ok: true });
  expect(await mails()).toEqual([]);
  await say('active');
});

test('an account suspended and restored: by its addresses where they were in force, by itself where none was', async () => {
  const [{ id: accountId } = { id: '' }] = await db.database
    .select()
    .from(accounts)
    .where(eq(accounts.slug, 'acme'));
  const suspend = async () => {
    const [proposal] = await db.database
      .insert(abuseProposals)
      .values({ kind: 'suspend_account', accountId, reason: 'repeated_removals', createdAt: testNow })
      .returning();
    const proposalId = proposal?.id ?? '';
    const base = { ...context(), actor: cast.support, reason: 'It goes on.' };
    expect(await decideProposal({ ...base, proposalId, decision: 'do' })).toMatchObject({ done: true });
  };
  const lift = () =>
    liftSuspension({ ...context(), actor: cast.support, of: 'account', slug: 'acme', reason: 'It is over.' });
  await suspend();
  expect(subjects(await mails())).toEqual(['Acme Devices is suspended']);
  await lift();
  const restored = await mails();
  expect(subjects(restored)).toEqual(['Acme Devices is no longer suspended']);
  expect(textOf(restored[0])).toContain('> It is over.');
  await inForce(db.database, cast, '45.120.2.1');
  await mails();
  await suspend();
  expect(subjects(await mails())).toEqual(['45.120.2.1 is out of force: the account is suspended']);
  await lift();
  expect(subjects(await mails())).toEqual(['45.120.2.1 is in force again']);
});

test('a cancelling that is proposed: those who may be the second person, and not the first', async () => {
  const propose = { ...context(), actor: cast.support, slug: 'globex', reason: 'It goes on and on.' };
  expect(await proposeCancellation(propose)).toMatchObject({ ok: true });
  const taken = await mails();
  expect(readers(taken)).toEqual(['admin@postern.example', 'support2@postern.example']);
  expect(subjects(taken)).toEqual(['Cancel Globex? A second person decides']);
  expect(textOf(taken[0])).toMatch(
    /proposes to cancel Globex.*> It goes on and on\..*\/admin\/abuse\/accounts/,
  );
});

test('a request that somebody else takes back: who asked hears of it, and nobody of their own withdrawing', async () => {
  const ofMember = await requested(db.database, cast.member, '45.120.4.1');
  const own = await requested(db.database, cast.owner, '45.120.4.2');
  await mails();
  for (const { id } of [ofMember, own]) await withdrawEntry({ ...context(), actor: cast.owner, id });
  const taken = await mails();
  expect(readers(taken)).toEqual([member, owner]);
  expect(subjects(taken)).toEqual(['Request for 45.120.4.1 was withdrawn']);
});

test('a server suspended for what was removed of it, and restored', async () => {
  const [server] = await db.database.select().from(servers).where(eq(servers.slug, 'acme-production'));
  const suspension = { serverId: server?.id ?? '', removals: 3, days: 90, now: testNow, actor: systemActor };
  await db.database.transaction((transaction) => suspendServerNow(transaction, suspension));
  const taken = await mails();
  expect(subjects(taken)).toEqual(['Server acme-production is suspended']);
  expect(textOf(taken[0])).toContain('nor with its SMTP users. Addresses of it were removed for abuse');
  const base = { ...context(), actor: cast.support, reason: 'It is over.' };
  await liftSuspension({ ...base, of: 'server', slug: 'acme-production' });
  expect(subjects(await mails())).toEqual(['Server acme-production is no longer suspended']);
});

test('a request that ends with its cancelled server: who asked was promised a word', async () => {
  const say = (status: 'active' | 'cancelled') =>
    putServer({ ...context(), actor: platform, server: { slug: 'acme-production', status } });
  await requested(db.database, cast.member, '45.120.3.1');
  await mails();
  await say('cancelled');
  expect(await mails()).toEqual([]);
  const later = addDays(testNow, 90);
  expect(await endCancelledEntries(db.database, later)).toBe(1);
  const taken = await mails(later);
  expect(readers(taken)).toEqual([member, owner]);
  expect(textOf(taken[0])).toContain(
    'The server was cancelled, and the request with it. If it is still needed',
  );
  await say('active');
});
