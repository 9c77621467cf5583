import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findInvitation } from '../../db/queries/invitations.ts';
import { accountInvitations, accounts, memberships, people, servers } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import type { TakenMail } from '../adapters/testing/mail-sink.ts';
import { addDays } from '../domain/days.ts';
import { answerQuestion } from '../operations/answer-question.ts';
import { askQuestion } from '../operations/ask-question.ts';
import { closeAccount } from '../operations/close-account.ts';
import { createToken } from '../operations/create-token.ts';
import { expireEntries } from '../operations/expire-entries.ts';
import { inviteMember } from '../operations/invite-member.ts';
import { putAccount } from '../operations/put-account.ts';
import { putPerson } from '../operations/put-person.ts';
import { putServer } from '../operations/put-server.ts';
import { rejectEntry } from '../operations/reject-entry.ts';
import { removeEntry } from '../operations/remove-entry.ts';
import { renewEntry } from '../operations/renew-entry.ts';
import { restoreEntry } from '../operations/restore-entry.ts';
import { suspendEntry } from '../operations/suspend-entry.ts';
import {
  type Cast,
  currentRow,
  inForce,
  platform,
  proven,
  requested,
  reviewable,
  seedCast,
  testNow,
} from '../operations/testing.ts';
import { proofAddress } from '../secrets/proof-token.ts';
import { expectWellMade, linksIn, openTestPost, type TestPost } from './testing.ts';

// Each change by its own operation, and the mail about it as the next hop took it.

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

// What an earlier test left over is not this one's.
beforeEach(() => post.deliver(testNow));

/** Addresses of nobody: each test has its own. */
let last = 0;
const nextAddress = () => {
  last += 1;
  return `45.80.12.${last}`;
};

async function mails(): Promise<TakenMail[]> {
  const taken = await post.deliver(testNow);
  for (const mail of taken) {
    expectWellMade(mail);
    expect(mail.to, 'one mail, one reader').toHaveLength(1);
    if (mail.to[0]?.endsWith('acme.example')) expect(mail.raw.toString()).not.toMatch(/globex|initech/i);
  }
  return taken;
}

async function mailTo(address: string): Promise<TakenMail> {
  const taken = await mails();
  expect(taken.map(({ to }) => to)).toEqual([[address]]);
  const [mail] = taken;
  if (mail === undefined) throw new Error('no mail');
  return mail;
}

const subjectOf = (mail: TakenMail) => mail.parsed.subject;
const textOf = (mail: TakenMail) => mail.parsed.text ?? '';
const htmlOf = (mail: TakenMail) => mail.parsed.html || '';
const pageOf = (entry: { id: string }) =>
  `https://portal.example/servers/acme-production/whitelist/${entry.id}`;

test('received: the proof address and the settings of the device', async () => {
  const network = nextAddress();
  const entry = await requested(db.database, cast.owner, network);
  const mail = await mailTo(owner);
  expect(subjectOf(mail)).toBe(`Request for ${network} received`);
  const address = proofAddress(post.office.secrets, entry.id, 1, 'proof.platform.example');
  for (const part of [textOf(mail), htmlOf(mail)]) {
    expect(part).toContain(address);
    expect(part).toContain('smtp.platform.example');
    expect(part).toContain('acme.example');
    expect(part).toContain(pageOf(entry));
    expect(part).toContain('4 December 2026');
  }
  expect(textOf(mail)).not.toContain('accept responsibility');
});

test('received, asked by a member: owners have to accept responsibility, and hear it at once', async () => {
  const network = nextAddress();
  await requested(db.database, cast.member, network);
  const taken = await mails();
  expect(taken.map(({ to }) => to[0]).sort()).toEqual([member, owner]);
  for (const mail of taken) {
    expect(textOf(mail)).toContain('An owner has to accept responsibility');
    expect(textOf(mail)).toContain('Sam Okafor asked');
  }
});

test('proof seen, then question, answer, approved with device settings', async () => {
  const network = nextAddress();
  const entry = await reviewable(db.database, cast.owner, network);
  const first = await mails();
  expect(first.map(subjectOf).sort()).toEqual([`${network} is proven`, `Request for ${network} received`]);
  const seen = first.find((mail) => subjectOf(mail) === `${network} is proven`);
  expect(seen && textOf(seen)).toMatch(/Named itself +scanner\n/);
  expect(seen && textOf(seen)).toContain('20 November 2026, 12:00 UTC');

  const context = { database: db.database, now: testNow, id: entry.id };
  await askQuestion({ ...context, actor: cast.support2, reason: 'Is it static?\nSince when?' });
  const asked = await mailTo(owner);
  expect(subjectOf(asked)).toBe(`Question about ${network}`);
  expect(textOf(asked)).toContain('> Is it static?\n> Since when?');
  expect(linksIn(textOf(asked))).toContain(pageOf(entry));

  await answerQuestion({ ...context, actor: cast.owner, answer: 'Since 2021 <b>& so on</b>.' });
  const answered = await mailTo('support2@postern.example');
  expect(subjectOf(answered)).toBe(`Acme Devices answered about ${network}`);
  expect(textOf(answered)).toContain('Since 2021 <b>& so on</b>.');
  expect(htmlOf(answered)).toContain('&lt;b&gt;&amp; so on&lt;/b&gt;');
  expect(linksIn(textOf(answered))).toContain(`https://portal.example/admin/requests/${entry.id}`);
});

test('approved', async () => {
  const network = nextAddress();
  const entry = await inForce(db.database, cast, network);
  const mail = (await mails()).find((each) => subjectOf(each) === `${network} is in force`);
  if (mail === undefined) throw new Error('no mail');
  const settings =
    /Mail server +smtp\.platform\.example\nPort +25, 587 \(STARTTLS\), or 465 \(TLS from the start\)\nEncryption +STARTTLS, or none where the device cannot\nSign-in +None: no user, no password\nSender +Any address at acme\.example\n/;
  expect(textOf(mail)).toMatch(settings);
  expect(textOf(mail)).toMatch(
    /Rate +1,000 messages an hour\nPer message +Up to 100 recipients\nSize +Up to 25 MB/,
  );
  expect(textOf(mail)).toContain('20 November 2027');
  expect(textOf(mail)).toContain('> Static line, proven.');
  expect(htmlOf(mail)).toContain(pageOf(entry));
});

test('rejected', async () => {
  const network = nextAddress();
  const entry = await reviewable(db.database, cast.owner, network);
  await mails();
  const reason = 'A pool for homes. Ask for a business line.';
  await rejectEntry({ database: db.database, actor: cast.support, now: testNow, id: entry.id, reason });
  const mail = await mailTo(owner);
  expect(subjectOf(mail)).toBe(`Request for ${network} rejected`);
  expect(textOf(mail)).toContain(`> ${reason}`);
});

test('expired, without a proof', async () => {
  const network = nextAddress();
  await requested(db.database, cast.owner, network);
  await mails();
  await expireEntries(db.database, addDays(testNow, 15));
  const taken = await post.deliver(addDays(testNow, 15));
  const ended = taken.find((mail) => subjectOf(mail) === `Request for ${network} has ended`);
  expect(ended?.to).toEqual([owner]);
  expect(ended && textOf(ended)).toContain('No message came from this address');
});

test('suspended and restored by support; paused by an owner', async () => {
  const network = nextAddress();
  const entry = await inForce(db.database, cast, network);
  await mails();
  const context = { database: db.database, now: testNow, id: entry.id };
  await suspendEntry({ ...context, actor: cast.support, side: 'staff', reason: 'The line has moved.' });
  const out = await mailTo(owner);
  expect(subjectOf(out)).toBe(`${network} is out of force: suspended by support`);
  expect(textOf(out)).toContain('> The line has moved.');
  // With the owner's own pause on top, lifting support's brings nothing back yet.
  await suspendEntry({ ...context, actor: cast.owner, side: 'owner', reason: '' });
  expect(subjectOf(await mailTo(owner))).toBe(`${network} is out of force: paused`);
  await restoreEntry({ ...context, actor: cast.support, side: 'staff', reason: 'Thanks.' });
  expect(await mails()).toEqual([]);
  await restoreEntry({ ...context, actor: cast.owner, side: 'owner', reason: '' });
  expect(subjectOf(await mailTo(owner))).toBe(`${network} is in force again`);
});

test('restored while nothing is paid, it is not said to be in force again', async () => {
  const feed = (status: 'active' | 'lapsed') =>
    putServer({
      database: db.database,
      actor: platform,
      server: {
        ...{ slug: 'acme-unpaid', account: 'acme', plan: 'paid', subscription: { status } },
        domains: ['acme.example'],
      },
      now: testNow,
    });
  await feed('active');
  const { id } = await inForce(db.database, cast, nextAddress(), cast.owner, 'acme-unpaid');
  const staff = { database: db.database, now: testNow, id, actor: cast.support, side: 'staff' as const };
  await suspendEntry({ ...staff, reason: 'The line has moved.' });
  await feed('lapsed');
  await mails();
  expect(await restoreEntry({ ...staff, reason: 'Thanks.' })).toMatchObject({ ok: true });
  expect(await mails()).toEqual([]);
});

test('a lapse and its cure: one mail each, whatever the number of entries', async () => {
  const server = 'acme-lapsing';
  const feed = (status: 'active' | 'lapsed') =>
    putServer({
      database: db.database,
      actor: platform,
      server: {
        ...{ slug: server, account: 'acme', plan: 'paid', subscription: { status } },
        domains: ['acme.example'],
      },
      now: testNow,
    });
  await feed('active');
  const networks = [nextAddress(), nextAddress(), nextAddress()];
  for (const network of networks) await inForce(db.database, cast, network, cast.owner, server);
  await mails();
  await feed('active');
  expect(await mails(), 'a feed that changes nothing').toEqual([]);
  await feed('lapsed');
  const out = await mailTo(owner);
  expect(subjectOf(out)).toBe('3 addresses are out of force: the subscription has lapsed');
  for (const network of networks) expect(textOf(out)).toContain(network);
  expect(linksIn(textOf(out))).toContain(`https://portal.example/servers/${server}/whitelist`);
  await feed('active');
  expect(subjectOf(await mailTo(owner))).toBe('3 addresses are in force again');
});

test('an account suspended, active again, closed', async () => {
  const status = (to: 'active' | 'suspended') =>
    putAccount({
      database: db.database,
      actor: platform,
      account: { slug: 'globex', name: 'Globex', status: to },
      now: testNow,
    });
  const network = nextAddress();
  await inForce(db.database, cast, network, cast.otherOwner, 'globex-mail');
  await mails();
  await status('suspended');
  expect(subjectOf(await mailTo('owner@globex.example'))).toBe(
    `${network} is out of force: the account is suspended`,
  );
  await status('active');
  expect(subjectOf(await mailTo('owner@globex.example'))).toBe(`${network} is in force again`);
  await closeAccount({
    database: db.database,
    actor: cast.admin,
    slug: 'globex',
    reason: 'Fraud.',
    now: testNow,
  });
  const closed = await mailTo('owner@globex.example');
  expect(subjectOf(closed)).toBe('Globex is closed');
  expect(textOf(closed)).toContain('> Fraud.');
  expect(textOf(closed)).toContain(network);
});

test('renewed late: back in force', async () => {
  const network = nextAddress();
  const entry = await inForce(db.database, cast, network);
  await post.deliver(testNow);
  const later = addDays(entry.reviewBy ?? testNow, 3);
  // Paid far beyond that day, so that only the review date counts.
  await putServer({
    database: db.database,
    actor: platform,
    server: { slug: 'acme-production', subscription: { paidUntil: addDays(later, 300) } },
    now: testNow,
  });
  await renewEntry({ database: db.database, actor: cast.owner, id: entry.id, now: later });
  const taken = (await post.deliver(later)).filter((mail) => subjectOf(mail)?.includes(network));
  expect(taken.map(subjectOf)).toEqual([`${network} is in force again`]);
  expect(taken[0] && textOf(taken[0])).toContain('renewal is overdue');
});

test('an owner added: all owners hear it, also the new one; a new person gets the link, nobody else', async () => {
  const email = 'kim@acme.example';
  await putPerson({
    ...{ database: db.database, actor: cast.owner, account: 'acme', email, role: 'owner' },
    now: testNow,
  });
  const taken = await mails();
  const added = taken.filter((mail) => subjectOf(mail) === `${email} is now an owner of Acme Devices`);
  expect(added.map(({ to }) => to[0]).sort()).toEqual([email, owner]);
  expect(added[0] && textOf(added[0])).toMatch(/Added by +Jo Reyes/);
  const invited = taken.filter((mail) => subjectOf(mail) === 'Join Acme Devices at Example Mail');
  expect(invited.map(({ to }) => to)).toEqual([[email]]);
  const link = invited[0] && linksIn(textOf(invited[0])).find((each) => each.includes('/invitation/'));
  expect(await findInvitation(db.database, link?.split('/').at(-1) ?? '', testNow)).toMatchObject({ email });
  // Nothing that opens it stands in the database.
  const { rows } = await db.pool.query("select content::text from outbox where kind = 'invitation'");
  expect(JSON.stringify(rows)).not.toContain(link?.split('/').at(-1));
  for (const mail of added) expect(mail.raw.toString()).not.toContain('/invitation/');
});

test('a member added by the platform gets the link alone', async () => {
  await putPerson({
    ...{ database: db.database, actor: platform, account: 'acme', email: 'new@acme.example', role: 'member' },
    now: testNow,
  });
  const mail = await mailTo('new@acme.example');
  expect(textOf(mail)).toContain('The platform adds you as a member of Acme Devices.');
});

test('an owner invites: who is new gets a link to set a password, who is known one to answer, whoever withdraws none', async () => {
  const invite = (email: string) => {
    const { viewer } = cast.owner;
    const accountId = viewer?.memberships[0]?.accountId ?? '';
    return inviteMember({
      ...{ database: db.database, actor: cast.owner, accountId, email, role: 'viewer', now: testNow },
    });
  };
  await invite('fresh@acme.example');
  const fresh = textOf(await mailTo('fresh@acme.example'));
  expect(fresh).toContain('Jo Reyes invites you to be a viewer of Acme Devices.');
  const link = linksIn(fresh).find((each) => each.includes('/invitation/'));
  const opens = () => findInvitation(db.database, link?.split('/').at(-1) ?? '', testNow);
  expect(await opens()).toMatchObject({ email: 'fresh@acme.example' });
  const email = 'known@elsewhere.example';
  await db.database.insert(people).values({ email, passwordHash: 'set' });
  await invite(email);
  const mail = textOf(await mailTo(email));
  expect(linksIn(mail)).toContain('https://portal.example/account/invitations');
  expect(mail).not.toContain('/invitation/');
  // Nobody waits for an answer any more: the mail that is still to go out does not.
  await invite('sorry@acme.example');
  await db.database.update(accountInvitations).set({ answeredAt: testNow, outcome: 'withdrawn' });
  expect(await mails()).toEqual([]);
  // Nor does the link of one that has gone out make anybody a person with a password.
  expect(await opens()).toBeUndefined();
});

test('a token made: whose it is hears it, and never the token', async () => {
  const personId = cast.owner.viewer?.personId ?? '';
  const made = await createToken({
    ...{ database: db.database, actor: cast.owner, personId, name: 'Deploy', scope: 'account' },
    now: testNow,
  });
  const mail = await mailTo(owner);
  expect(subjectOf(mail)).toBe('API token “Deploy” was made');
  expect(textOf(mail)).toMatch(/Made from +198\.51\.100\.7/);
  expect(made).toMatchObject({ ok: true });
  if (made.ok) expect(mail.raw.toString()).not.toContain(made.token);
});

test('a change that is rolled back tells nobody', async () => {
  const entry = await inForce(db.database, cast, nextAddress());
  await mails();
  const undone = db.database.transaction(async (transaction) => {
    await removeEntry({
      ...{ database: transaction, actor: cast.owner, now: testNow, id: entry.id },
      ...{ side: 'owner', reason: '' },
    });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect((await currentRow(db.database, entry.id)).status).toBe('active');
  expect(await mails()).toEqual([]);
});

test('whoever left the account before the mail went out reads nothing of it', async () => {
  const [acme] = await db.database.select().from(accounts).where(eq(accounts.slug, 'acme'));
  const [person] = await db.database
    .insert(people)
    .values({ email: 'leaving@acme.example', name: 'Lee Ving' })
    .returning();
  if (acme === undefined || person === undefined) throw new Error('no acme');
  const [membership] = await db.database
    .insert(memberships)
    .values({ accountId: acme.id, personId: person.id, role: 'owner' })
    .returning();
  const entry = await inForce(db.database, cast, nextAddress());
  await mails();
  const context = { database: db.database, now: testNow, id: entry.id, actor: cast.owner };
  await suspendEntry({ ...context, side: 'owner', reason: '' });
  await db.database
    .update(memberships)
    .set({ endedAt: testNow })
    .where(eq(memberships.id, membership?.id ?? ''));
  expect((await mails()).map(({ to }) => to[0])).not.toContain('leaving@acme.example');
  const { rows } = await db.pool.query(
    'select failure from outbox where person_id = $1 and dropped_at is not null',
    [person.id],
  );
  expect(rows).toContainEqual({ failure: 'no_longer_member' });
});

test('no mail about one account went to anybody of another', async () => {
  const [globex] = await db.database.select().from(servers).where(eq(servers.slug, 'globex-mail'));
  expect(globex).toBeDefined();
  await proven(db.database, await requested(db.database, cast.owner, '45.80.13.1'), '45.80.13.1');
  await mails();
  for (const { to, raw } of post.sink.taken) {
    if (to[0]?.endsWith('@globex.example')) expect(raw.toString()).not.toMatch(/acme/i);
  }
});

// Last, since no other request of the account is taken in the cool-down.
test('removed for abuse: why, what to do, the cool-down, the appeal', async () => {
  const network = nextAddress();
  const entry = await inForce(db.database, cast, network);
  await mails();
  const removal = { database: db.database, actor: cast.support, now: testNow, id: entry.id };
  await removeEntry({ ...removal, side: 'staff', abuse: true, reason: '14 complaints.' });
  const taken = await mails();
  expect(taken.map(({ to }) => to[0]).sort(), 'every owner').toEqual(['kim@acme.example', owner]);
  const [mail] = taken;
  if (mail === undefined) throw new Error('no mail');
  expect(subjectOf(mail)).toBe(`${network} is removed for abuse`);
  expect(textOf(mail)).toContain('> 14 complaints.');
  expect(textOf(mail).replace(/\s+/g, ' ')).toContain(
    'A new request of the account, for whatever address, is taken from 18 February 2027 on',
  );
  expect(textOf(mail)).toContain('appeal');
  expect(textOf(mail)).toContain('cannot be turned off');
});
