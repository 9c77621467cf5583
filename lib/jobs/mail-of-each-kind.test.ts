import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mailSamples } from '../../components/emails/mail-samples.ts';
import { entries, outbox, people } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { type MailKind, mailKinds, mayBeTurnedOff, type TemplateKind } from '../domain/mail-kinds.ts';
import type { MailContent } from '../domain/mail-values.ts';
import {
  type AccountNotice,
  notifyOwners,
  notifyPerson,
  notifyStaff,
  type PersonNotice,
  type StaffNotice,
} from '../operations/notify.ts';
import { type Cast, requested, seedCast, testNow } from '../operations/testing.ts';
import { expectWellMade, linksIn, openTestPost, type TestPost } from './testing.ts';

// Every kind, with every sample of it, from the notice to the mail that a real SMTP server took.

let db: TestDatabase;
let cast: Cast;
let post: TestPost;
let entryId: string;
let accountId: string;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  post = await openTestPost(db.database);
  const entry = await requested(db.database, cast.owner, '45.80.12.9');
  await db.database.update(entries).set({ label: 'Elm Street scanner' }).where(eq(entries.id, entry.id));
  await db.database.update(people).set({ timeZone: 'Europe/Berlin' });
  entryId = entry.id;
  accountId = entry.accountId;
  await db.database.delete(outbox);
});
afterAll(async () => {
  await post.close();
  await db.close();
});

type Sample = [kind: TemplateKind, name: string, content: MailContent];
const samples = Object.entries(mailSamples).flatMap(([kind, byName]) =>
  Object.entries(byName).map(([name, content]): Sample => [kind as TemplateKind, name, content]),
);

/** What the mail must say besides, in the reader's own time. */
const says: Record<TemplateKind, RegExp> = {
  received: /4 December 2026/,
  owner_needed: /once another owner has opened it/,
  question: /Answer/,
  proof_seen: /When +20 November 2026, 13:02 CET/,
  proof_missing: /@proof\.platform\.example/,
  proof_lost: /proves nothing.*@proof\.platform\.example/,
  approved: /Mail server +smtp\.platform\.example/,
  rejected: /Support says:|Many organisations send through this address|The server was cancelled/,
  expired: /no longer whitelisted|has ended|has taken back/,
  scope_decided: /Support has (granted|refused) what was asked/,
  lapse_soon: /stay in force until 2\d November 2026, 13:02 CET/,
  out_of_force: /password|sign in|end|answer this mail/i,
  back_in_force: /Mail from there is taken without a password again/,
  account_standing: /no mail is taken|SMTP users can send/i,
  removed: /needs a password/,
  takeover: /until 27 November 2026, 13:02 CET|That is settled: it stays as it was/,
  sender_domain: /_postern-challenge\.scans\.acme\.example/,
  renew: /by 2\d November 2026|by 20 December 2026/,
  idle: /Last message +(23 June 2026|None yet)/,
  warned: /14 complaints of recipients/,
  throttled: /212 messages that are spam/,
  owner_added: /new@acme\.example/,
  invitation: /https:\/\/portal\.example\/invitation\/[\w-]{43}\b/,
  token_created: /acts in your name.*\/account\/tokens/,
  access_changed: /When +20 November 2026, 13:02 CET.*answer this mail at once/,
  role_changed: /made you (a viewer of Acme Devices|an admin)|removed you from Acme Devices/,
  answer: /ticket 4711/,
  queue_digest: /Wait for proof +7/,
  next_hop_down: /ECONNREFUSED/,
  nodes_disagree: /12,399 in force at revision 48,213/,
  fuse: /In force before 4,310/,
  abuse_call:
    /calls for removal|now it is proven anew|so it stays in force|an automatic answer or came from a list|nobody has told us whether|4 addresses of Acme Devices were removed|proposes to cancel Acme Devices/,
  mail_failed: /gone@acme\.example/,
  digest: /45\.80\.12\.9 is proven/,
};

const expectedReaders: Record<string, string[]> = {
  account: ['owner@acme.example'],
  staff: ['admin@postern.example', 'support2@postern.example', 'support@postern.example'],
  person: ['member@acme.example'],
};

test.each(samples)('%s, %s', async (kind, name, content) => {
  const about = content.entry === null ? {} : { entryId };
  const notice = { kind, values: content.values, key: name, now: testNow, atOnce: true, ...about };
  const audience = kind === 'digest' ? 'account' : mailKinds[kind as MailKind].audience;
  if (kind === 'digest') {
    // Nobody notifies of a digest: it is folded from others.
    const personId = cast.owner.viewer?.personId ?? '';
    await db.database.insert(outbox).values({
      ...{ kind, audience: 'account', personId, accountId, dedupeKey: name, content },
      sendAfter: testNow,
    });
  } else if (audience === 'account') {
    await notifyOwners(db.database, { ...notice, accountId } as AccountNotice);
  } else if (audience === 'staff') {
    await notifyStaff(db.database, { ...notice, accountId: content.entry && accountId } as StaffNotice);
  } else {
    // As the samples have it: an invitation to an account, or to the staff.
    const personId = cast.member.viewer?.personId ?? '';
    if (kind === 'invitation') {
      await db.database.update(people).set({ passwordHash: null }).where(eq(people.id, personId));
    }
    const toAccount = content.account === null ? null : accountId;
    await notifyPerson(db.database, { ...notice, personId, accountId: toAccount } as PersonNotice);
  }
  const taken = await post.deliver(testNow);
  expect(taken.map(({ to }) => to[0]).sort()).toEqual(expectedReaders[audience]);
  for (const mail of taken) {
    expectWellMade(mail);
    const text = mail.parsed.text ?? '';
    const html = mail.parsed.html || '';
    // The text is wrapped: a sentence may be on two lines.
    expect(text.replace(/\s+/g, ' ')).toMatch(says[kind]);
    if (content.entry !== null) {
      expect(mail.parsed.subject).toMatch(kind === 'answer' ? /Acme Devices/ : /45\.80\.12\.9/);
      for (const part of [text, html]) expect(part).toContain('45.80.12.9');
      const page = audience === 'staff' ? `/admin/requests/${entryId}` : `/whitelist/${entryId}`;
      expect(linksIn(text).some((link) => link.endsWith(page))).toBe(true);
    }
    expect(text.includes('Choose which mail you get')).toBe(mayBeTurnedOff(kind));
    expect(html).toContain('prefers-color-scheme:dark');
    if (audience !== 'staff') expect(mail.raw.toString()).not.toMatch(/globex|initech/i);
  }
});

test('every kind has a sample', () => {
  expect([...new Set(samples.map(([kind]) => kind))].sort()).toEqual(
    [...Object.keys(mailKinds), 'digest'].sort(),
  );
});
