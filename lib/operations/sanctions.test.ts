import { and, eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../db/client.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { abuseProposals, accounts, events, memberships, servers } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase, waitingForLock } from '../../db/testing.ts';
import { suspendServerNow } from './abuse-consequences.ts';
import { decideProposal, liftSuspension, proposeCancellation } from './account-sanctions.ts';
import { closeAccount } from './close-account.ts';
import { putAccount } from './put-account.ts';
import { putServer } from './put-server.ts';
import { reopenAccount } from './reopen-account.ts';
import { requestEntry } from './request-entry.ts';
import { type Actor, systemActor } from './result.ts';
import { type Cast, currentRow, inForce, testNow as now, platform, requested, seedCast } from './testing.ts';

// What the platform says and what we have decided, one after the other in every order, as far as a node sees it.

let db: TestDatabase;
let cast: Cast;
let entry: EntryRow;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());
let octet = 0;
beforeEach(async () => {
  octet += 1;
  await db.database
    .update(accounts)
    .set({ status: 'active', platformStatus: null, suspendedForAbuseAt: null, cancelledByStaffAt: null })
    .where(eq(accounts.slug, 'globex'));
  await db.database
    .update(servers)
    .set({ status: 'active', platformStatus: null, suspendedForAbuseAt: null })
    .where(eq(servers.slug, 'globex-mail'));
  entry = await inForce(db.database, cast, `45.171.1.${octet}`, cast.otherOwner, 'globex-mail');
});

const base = { reason: 'It goes on.', now };
const putGlobex = (status: 'active' | 'suspended' | 'cancelled') =>
  putAccount({
    database: db.database,
    actor: platform,
    account: { slug: 'globex', name: 'Globex', status },
    now,
  });
const putMail = (status: 'active' | 'paused' | 'cancelled') =>
  putServer({ database: db.database, actor: platform, server: { slug: 'globex-mail', status }, now });
const globex = async () => {
  const [row] = await db.database.select().from(accounts).where(eq(accounts.slug, 'globex'));
  if (row === undefined) throw new Error('the demo has no globex');
  return row;
};
const requestBy = (database: Database, actor: Actor, server: string, network: string) =>
  requestEntry({
    ...{ database, actor, now },
    request: {
      ...{ server, network, purpose: 'Scanners' },
      attestations: { static: true, dedicated: true, responsible: true },
    },
  });
const lift = (of: 'server' | 'account') =>
  liftSuspension({
    database: db.database,
    actor: cast.support,
    of,
    slug: of === 'server' ? 'globex-mail' : 'globex',
    ...base,
  });
const close = () => closeAccount({ database: db.database, actor: cast.admin, slug: 'globex', ...base });
const reopen = (actor = cast.admin) =>
  reopenAccount({ database: db.database, actor, slug: 'globex', ...base });
const told = async (kind: string) =>
  db.database.$count(events, and(eq(events.kind, kind), eq(events.chain, 'platform')));

async function suspendGlobex(): Promise<void> {
  const [proposal] = await db.database
    .insert(abuseProposals)
    .values({
      kind: 'suspend_account',
      accountId: (await globex()).id,
      reason: 'repeated_removals',
      createdAt: now,
    })
    .returning();
  const proposalId = proposal?.id ?? '';
  expect(
    await decideProposal({ database: db.database, actor: cast.support, proposalId, decision: 'do', ...base }),
  ).toEqual({ ok: true, done: true });
}

async function suspendMail(): Promise<boolean> {
  return db.database.transaction((transaction) =>
    suspendServerNow(transaction, {
      serverId: entry.serverId,
      removals: 3,
      days: 90,
      now,
      actor: systemActor,
    }),
  );
}

/** What nodes and other makers' MTAs read: may the entry relay, may the server's user sign in. */
async function seen(): Promise<string> {
  const { rows } = await db.pool.query<{ relay: boolean; reason: string; sign_in: string }>(
    `select w.relay, n.reason, (select c.state from node_credentials c where c.username = 'globex-mail') as sign_in
     from smtp_whitelist w join node_entries n using (entry_id) where w.entry_id = $1`,
    [entry.id],
  );
  const [row] = rows;
  return `${row?.relay ? 'relays' : row?.reason}, sign-in ${row?.sign_in}`;
}

describe('a server that is suspended for abuse', () => {
  test('stays so whatever the platform says, and lifted it is what the platform says by then', async () => {
    expect(await suspendMail()).toBe(true);
    expect(await seen()).toBe('server_suspended, sign-in lapsed');
    await putMail('cancelled');
    expect(await seen()).toBe('server_cancelled, sign-in cancelled');
    expect(await putMail('active')).toMatchObject({ ok: true, server: { status: 'suspended' } });
    expect(await seen()).toBe('server_suspended, sign-in lapsed');
    await putMail('paused');
    expect(await seen()).toBe('server_suspended, sign-in lapsed');
    expect(await lift('server')).toEqual({ ok: true, slug: 'globex-mail' });
    expect(await seen()).toBe('server_paused, sign-in lapsed');
    await putMail('active');
    expect(await seen()).toBe('relays, sign-in usable');
  });

  test('is so too when the platform has paused it just before', async () => {
    await putMail('paused');
    expect(await suspendMail()).toBe(true);
    expect(await suspendMail()).toBe(false);
    await putMail('active');
    expect(await seen()).toBe('server_suspended, sign-in lapsed');
    await lift('server');
    expect(await seen()).toBe('relays, sign-in usable');
  });

  test('can be lifted while the platform has it cancelled: then nothing of ours is left', async () => {
    await suspendMail();
    await putMail('cancelled');
    expect(await lift('server')).toMatchObject({ ok: true });
    expect(await seen()).toBe('server_cancelled, sign-in cancelled');
    await putMail('active');
    expect(await seen()).toBe('relays, sign-in usable');
  });
});

describe('an account that is suspended for abuse', () => {
  test('while the platform has it suspended stays suspended when the platform lifts its own', async () => {
    await putGlobex('suspended');
    await suspendGlobex();
    expect(await globex()).toMatchObject({ status: 'suspended', suspendedForAbuseAt: now });
    expect(await putGlobex('active')).toMatchObject({ ok: true, account: { status: 'suspended' } });
    expect(await seen()).toBe('account_suspended, sign-in lapsed');
    expect(await lift('account')).toMatchObject({ ok: true });
    expect(await seen()).toBe('relays, sign-in usable');
  });

  test('and lifted, is what the platform has said meanwhile', async () => {
    await suspendGlobex();
    await putGlobex('suspended');
    expect(await lift('account')).toMatchObject({ ok: true });
    expect(await globex()).toMatchObject({ status: 'suspended', suspendedForAbuseAt: null });
    expect(await seen()).toBe('account_suspended, sign-in lapsed');
    expect(await lift('account')).toEqual({ ok: false, code: 'not_found' });
    await putGlobex('active');
    expect(await seen()).toBe('relays, sign-in usable');
  });

  test('a feed that repeats itself under it writes nothing', async () => {
    await suspendGlobex();
    await putGlobex('suspended');
    const before = await db.database.$count(events);
    expect(await putGlobex('suspended')).toMatchObject({ changed: false });
    expect(await db.database.$count(events)).toBe(before);
  });
});

describe('an account that staff has closed', () => {
  test('stays closed whatever the platform says, until an admin reopens it', async () => {
    expect(await close()).toMatchObject({ ok: true, removed: octet });
    expect(await putGlobex('active')).toMatchObject({ ok: true, account: { status: 'cancelled' } });
    expect(await seen()).toBe('removed:account_closed, sign-in cancelled');
    expect(await lift('account')).toEqual({ ok: false, code: 'not_found' });
    expect(await reopen(cast.support)).toMatchObject({ code: 'not_allowed' });
    expect(await reopen(cast.otherOwner)).toEqual({ ok: false, code: 'not_found' });
    const adminId = cast.admin.viewer?.personId ?? '';
    await db.database
      .insert(memberships)
      .values({ accountId: (await globex()).id, personId: adminId, role: 'viewer' });
    expect(await reopen()).toEqual({ ok: false, code: 'own_account' });
    await db.database.update(memberships).set({ endedAt: now }).where(eq(memberships.personId, adminId));
    const before = await told('account_reopened');
    expect(await reopen()).toMatchObject({ ok: true, account: { status: 'active' } });
    expect(await told('account_reopened')).toBe(before + 1);
    expect(await reopen()).toEqual({ ok: false, code: 'not_found' });
    // What ended has ended; the sign-ins are back, and addresses may be asked for anew.
    expect(await seen()).toBe('removed:account_closed, sign-in usable');
  });

  test('asks for no address, which nothing could come of; suspended it may', async () => {
    const ask = (network: string) => requestBy(db.database, cast.otherOwner, 'globex-mail', network);
    await putGlobex('suspended');
    expect(await ask('45.171.2.1')).toMatchObject({ ok: true });
    await putGlobex('active');
    await close();
    const cancelled = { code: 'requirement_failed', requirement: 'paid_subscription' };
    expect(await ask('45.171.2.2')).toMatchObject({ ...cancelled, reason: 'account_cancelled' });
    await reopen();
    await putMail('cancelled');
    expect(await ask('45.171.2.2')).toMatchObject({ ...cancelled, reason: 'server_cancelled' });
    await putMail('active');
    expect(await ask('45.171.2.2')).toMatchObject({ ok: true });
  });

  test('reopened, is what else stands: a suspension for abuse, what the platform says', async () => {
    await suspendGlobex();
    await close();
    await putGlobex('suspended');
    expect(await reopen()).toMatchObject({ ok: true, account: { status: 'suspended' } });
    expect(await lift('account')).toMatchObject({ ok: true });
    expect((await globex()).status).toBe('suspended');
    await putGlobex('active');
    expect((await globex()).status).toBe('active');
  });

  test('cancelled by two stays cancelled too', async () => {
    const proposed = await proposeCancellation({
      database: db.database,
      actor: cast.support,
      slug: 'globex',
      ...base,
    });
    if (!proposed.ok) throw new Error(JSON.stringify(proposed));
    const { proposalId } = proposed;
    await decideProposal({ database: db.database, actor: cast.admin, proposalId, decision: 'do', ...base });
    await putGlobex('active');
    expect(await globex()).toMatchObject({ status: 'cancelled' });
    expect(await seen()).toBe('removed:account_closed, sign-in cancelled');
  });

  test('is closed also where the platform has cancelled it: what it has ends now, and stays ended', async () => {
    await putGlobex('cancelled');
    const open = await db.database
      .transaction((transaction) =>
        transaction.update(accounts).set({ status: 'active' }).where(eq(accounts.slug, 'globex')),
      )
      .then(() => requested(db.database, cast.otherOwner, `45.172.1.${octet}`, 'globex-mail'));
    await db.database.update(accounts).set({ status: 'cancelled' }).where(eq(accounts.slug, 'globex'));
    expect((await currentRow(db.database, entry.id)).status).toBe('active');
    const before = await told('account_closed_in_incident');
    expect(await close()).toMatchObject({ ok: true, removed: 1, rejected: 1 });
    expect(await currentRow(db.database, entry.id)).toMatchObject({ status: 'removed' });
    expect(await currentRow(db.database, open.id)).toMatchObject({ status: 'rejected' });
    expect(await told('account_closed_in_incident')).toBe(before + 1);
    await putGlobex('active');
    expect((await globex()).status).toBe('cancelled');
    // Closed again, there is nothing left to do, and nobody is told of it.
    expect(await close()).toMatchObject({ ok: true, removed: 0, rejected: 0 });
    expect(await told('account_closed_in_incident')).toBe(before + 1);
    expect(
      await db.database.$count(
        events,
        and(eq(events.accountId, (await globex()).id), inArray(events.kind, ['account_closed'])),
      ),
    ).toBeGreaterThan(0);
  });
});

test('of an account that staff has closed nothing is lifted, and it is not proposed to be cancelled', async () => {
  await suspendGlobex();
  await close();
  const closed = await globex();
  expect(closed.suspendedForAbuseAt).not.toBeNull();
  expect(await lift('account')).toEqual({ ok: false, code: 'not_found' });
  const { database } = db;
  expect(await proposeCancellation({ database, actor: cast.support, slug: 'globex', ...base })).toEqual({
    ok: false,
    code: 'not_found',
  });
  expect(await globex()).toEqual(closed);
});

// Each reads what stands and writes what follows from it: of two at once, one would undo the other.
test.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
  ['the platform’s word of an account', async () => {}, () => putGlobex('suspended')],
  ['the platform’s word of a server', async () => {}, () => putMail('paused')],
  ['a suspension that is lifted', suspendGlobex, () => lift('account')],
  ['an account that is closed', async () => {}, close],
  ['an account that is reopened', close, () => reopen()],
])('%s waits for another such change', async (_what, prepare, change) => {
  await prepare();
  const holder = await db.pool.connect();
  try {
    await holder.query('begin');
    await holder.query(`select pg_advisory_xact_lock(hashtextextended('fuse', 2))`);
    const changed = change();
    await expect.poll(() => waitingForLock(db)).toBe(1);
    await holder.query('commit');
    expect(await changed).toMatchObject({ ok: true });
  } finally {
    holder.release();
  }
});
