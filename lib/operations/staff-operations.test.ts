import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memberships, signals } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { confirmRestored } from './confirm-restored.ts';
import { decideFuse } from './decide-fuse.ts';
import { erasePerson } from './erase-person.ts';
import { raiseSignal } from './raise-signal.ts';
import { rejectEntry } from './reject-entry.ts';
import { removeEntry } from './remove-entry.ts';
import { restoreEntry } from './restore-entry.ts';
import { type Actor, systemActor } from './result.ts';
import { settleReport } from './settle-report.ts';
import { suspendEntry } from './suspend-entry.ts';
import { type Cast, currentRow, inForce, testNow as now, requested, seedCast } from './testing.ts';
import { makePerson } from './testing-people.ts';
import { staffScenes } from './testing-staff-scenes.ts';
import {
  contested,
  freshAccount,
  heldBackByNode,
  heldByFuse,
  report,
  type Stage,
} from './testing-staff-stage.ts';

// A member of staff who belongs to an account: they act for it as anybody of it does, and decide nothing about it. And
// what else every operation of staff asks for: somebody of staff, a reason, and the revision that was read.

let db: TestDatabase;
let cast: Cast;
let stage: Stage;
/** Of staff, with every right, and a viewer of acme. The rows say so; a staff token would not. */
let involved: Actor;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  const personId = await makePerson(db.database, { email: 'involved@postern.example', staff: 'admin' });
  involved = { ...cast.admin, viewer: { personId, memberships: [], staffRole: 'admin' } };
  const { accountId } = await inForce(db.database, cast, '45.174.1.1');
  await db.database.insert(memberships).values({ accountId, personId, role: 'viewer' });
  stage = { db, cast, involved: personId };
});
afterAll(() => db.close());

const own = { ok: false, code: 'own_account' };

/** All that the database holds, by table: entries, events, mail. Not the clock, which an UPDATE of nothing moves as well. */
async function contents(): Promise<Record<string, string>> {
  const { rows: tables } = await db.database.execute<{ name: string }>(
    sql`select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'
        and table_name not in ('whitelist_clock', 'revision_times') order by 1`,
  );
  const hashes: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await db.database.execute<{ hash: string }>(
      sql`select md5(coalesce(string_agg(t::text, '' order by t::text), '')) as hash from ${sql.identifier(name)} t`,
    );
    hashes[name] = rows[0]?.hash ?? '';
  }
  return hashes;
}

const ofAdmins = new Set(['closeAccount', 'reopenAccount', 'erasePerson']);
/** An approval needs its reason where it overrides a requirement. */
const withoutReason = new Set(['approveEntry', 'confirmRestored', 'requestOnBehalf']);
const withRevision = new Set([
  ...['approveEntry', 'rejectEntry', 'askQuestion', 'suspendEntry', 'restoreEntry', 'removeEntry'],
  ...['markCritical', 'grantScope', 'refuseScope'],
]);

/** Something else is seen, or a node of another database may be meant. */
const eachTime = new Set(['reportEntry', 'confirmRestored']);

describe('refused, nothing is changed and nobody mailed; as it should be, it is done once', () => {
  test.each(staffScenes)('%s: %s', async (operation, _of, set) => {
    const play = await set(stage);
    const actor = ofAdmins.has(operation) ? cast.admin : cast.support;
    const before = await contents();
    expect(await play({ actor: involved })).toEqual(own);
    for (const other of [cast.owner, cast.otherOwner, cast.nobody, systemActor]) {
      const { code } = (await play({ actor: other })) as { code?: string };
      expect(['not_found', 'not_allowed']).toContain(code);
    }
    if (ofAdmins.has(operation)) {
      expect(await play({ actor: cast.support })).toMatchObject({ code: 'not_allowed' });
    }
    if (!withoutReason.has(operation)) {
      expect(await play({ actor, reason: ' ' })).toEqual({ ok: false, code: 'reason_missing' });
    }
    if (withRevision.has(operation)) {
      expect(await play({ actor, revision: 0 })).toMatchObject({ code: 'changed_meanwhile' });
    }
    expect(await contents()).toEqual(before);
    expect(await play({ actor })).toMatchObject({ ok: true });
    const done = await contents();
    expect(done).not.toEqual(before);
    await play({ actor });
    if (!eachTime.has(operation)) expect(await contents()).toEqual(done);
  });
});

/** Nothing was asked for or decided before that this would answer. */
const beginsAnew = new Set(['closeAccount', 'erasePerson', 'proposeCancellation', 'requestOnBehalf']);

describe('refused as well to who has left the account meanwhile', () => {
  const ended = (endedAt: Date | null) =>
    db.database.update(memberships).set({ endedAt }).where(eq(memberships.personId, stage.involved));

  test.each(staffScenes.filter(([operation]) => !beginsAnew.has(operation)))(
    '%s: %s',
    async (operation, _of, set) => {
      const play = await set(stage);
      await ended(addDays(now, 1));
      const left = await play({ actor: involved });
      await ended(null);
      expect(left).toEqual(own);
      // Of one kind only one trip is open at a time.
      if (operation === 'decideFuse') expect(await play({ actor: cast.support })).toMatchObject({ ok: true });
    },
  );
});

/** What staff may do beside that, and why it is nobody's own account that is decided about. */
const ofNoAccount: Record<string, string> = {
  blockPrefix: 'policy, for everybody',
  unblockPrefix: 'policy, for everybody',
  changeLadder: 'policy, for everybody',
  changePolicy: 'policy, for everybody',
  draftPolicy: 'reads',
  previewLadder: 'reads',
  previewPolicy: 'reads',
  freezeApprovals: 'of the whole platform',
  exportAudit: 'reads, and says so in the chain',
  exportPerson: 'reads, and says so in the chain',
  requestEntry: 'by right of the account; the way of staff is requestOnBehalf',
};

test('no operation that asks for a role of staff is missing above', () => {
  const played = new Set(staffScenes.map(([operation]) => operation));
  expect(staffOperations()).toEqual([...played, ...Object.keys(ofNoAccount)].sort());
});

/**
 * The functions of this folder that some page, action, route or command imports, and that ask for an ability of staff,
 * themselves or by a function that they call; and whatever the pages of staff import, should it not ask.
 */
function staffOperations(): string[] {
  const root = path.join(import.meta.dirname, '../..');
  const read = (pattern: string) =>
    globSync(pattern, { cwd: root })
      .filter((file) => !/\.test\.ts$|(^|\/)testing/.test(file))
      .map((file) => readFileSync(path.join(root, file), 'utf8'));
  // One piece of text for each function at the top of a file, with the names that mean the same in every file.
  const pieces = read('lib/operations/*.ts').flatMap((text, file) => {
    const parts = text.split(/^(?=(?:export )?(?:async )?function )/m);
    const named = parts.flatMap((part) => {
      const [, exported, name] = /^(export )?(?:async )?function (\w+)/.exec(part) ?? [];
      return name === undefined ? [] : [{ name, part, exported: exported !== undefined }];
    });
    const local = new Set(named.filter(({ exported }) => !exported).map(({ name }) => name));
    const key = (name: string) => (local.has(name) ? `${file}:${name}` : name);
    return named.map(({ name, part }) => ({
      key: key(name),
      calls: [...part.matchAll(/(?<!function )\b(\w+)\(/g)].map(([, called]) => key(called ?? '')),
    }));
  });
  const asking = new Set(['mayAsStaff']);
  for (let before = 0; before < asking.size; ) {
    before = asking.size;
    for (const { key, calls } of pieces) if (calls.some((called) => asking.has(called))) asking.add(key);
  }
  const imported = (pattern: string) =>
    read(pattern).flatMap((text) =>
      [...text.matchAll(/^import \{([^}]*)\} from '[^']*\/operations\/[^']*'/gm)].flatMap(([, names]) =>
        (names ?? '').split(',').flatMap((name) => (/^\w+$/.test(name.trim()) ? [name.trim()] : [])),
      ),
    );
  const anywhere = imported('{app,bin/commands,lib/web}/**/*.{ts,tsx}').filter((name) => asking.has(name));
  return [...new Set([...anywhere, ...imported('app/admin/**/*.{ts,tsx}')])].sort();
}

test('as its owner they may still do what owners do', async () => {
  const { id, accountId } = await inForce(db.database, cast, '45.174.1.2');
  const { personId } = involved.viewer as NonNullable<Actor['viewer']>;
  const viewer = { personId, staffRole: 'admin' as const };
  const owner: Actor = { ...involved, viewer: { ...viewer, memberships: [{ accountId, role: 'owner' }] } };
  const base = { database: db.database, id, actor: owner, reason: 'A move.', now, side: 'owner' as const };
  expect(await suspendEntry(base)).toMatchObject({ ok: true });
  expect(await restoreEntry(base)).toMatchObject({ ok: true });
  expect(await removeEntry(base)).toMatchObject({ ok: true });
});

describe('of many at once, what is about their own account is left for somebody else', () => {
  const two = async (mine: string, theirs: string) =>
    [
      (await inForce(db.database, cast, mine)).id,
      (await inForce(db.database, cast, theirs, cast.otherOwner, 'globex-mail')).id,
    ] as const;

  test('what the fuse holds', async () => {
    const [mine, other] = await two('45.174.1.3', '45.174.2.3');
    for (const entryId of [mine, other]) {
      const signal = { entryId, kind: 'listed', at: now, source: 'evidence', dedupeKey: entryId } as const;
      await raiseSignal(db.database, signal, now);
    }
    const tripId = await heldByFuse(stage, [mine, other]);
    const decide = (actor: Actor) =>
      decideFuse({
        ...{ database: db.database, actor, tripId, now },
        ...{ decision: 'discard', reason: 'Wrong.' },
      });
    expect(await decide(involved)).toEqual({ ok: true, decided: 1, left: 1 });
    const asideOf = async (id: string) =>
      (await db.database.select().from(signals).where(eq(signals.entryId, id)))[0]?.setAsideAt;
    expect(await asideOf(other)).toEqual(now);
    expect(await asideOf(mine)).toBeNull();
    expect(await decide(involved)).toEqual(own);
    expect(await decide(cast.support)).toEqual({ ok: true, decided: 1, left: 0 });
  });

  test('what nodes hold back after a restore', async () => {
    const [mine, other] = await two('45.174.1.4', '45.174.2.4');
    await heldBackByNode(stage, [mine, other]);
    const entryIds = [mine, other];
    const confirmed = async (actor: Actor) =>
      confirmRestored({ database: db.database, actor, entryIds, now });
    expect(await confirmed(involved)).toMatchObject({ ok: true, confirmed: 1 });
    const { rows } = await db.pool.query(
      'select entry_id from restore_confirmations where entry_id = any($1)',
      [entryIds],
    );
    expect(rows).toEqual([{ entry_id: other }]);
    expect(await confirmed(cast.support)).toMatchObject({ ok: true, confirmed: 2 });
  });
});

describe('a rival of their own account, without any takeover', () => {
  const base = () => ({ database: db.database, actor: involved, reason: 'Not theirs.', now });

  test('whose request overlaps what the account holds, or asks for', async () => {
    await inForce(db.database, cast, '45.174.1.40');
    await requested(db.database, cast.owner, '45.174.1.41');
    for (const network of ['45.174.1.40', '45.174.1.41', '45.174.1.40/31']) {
      const { id } = await requested(db.database, cast.otherOwner, network, 'globex-mail');
      expect(await rejectEntry({ ...base(), id })).toEqual(own);
      expect(await rejectEntry({ ...base(), actor: cast.support, id })).toMatchObject({ ok: true });
    }
  });

  test('who holds what the account asks for', async () => {
    const { id } = await inForce(db.database, cast, '45.174.1.42', cast.otherOwner, 'globex-mail');
    await requested(db.database, cast.owner, '45.174.1.42');
    expect(await removeEntry({ ...base(), id, side: 'staff' })).toEqual(own);
    expect(await suspendEntry({ ...base(), id, side: 'staff' })).toEqual(own);
  });
});

describe('what concerns their own account no more', () => {
  const decide = (id: string, actor: Actor) =>
    suspendEntry({ database: db.database, id, actor, reason: 'Spam.', now, side: 'staff' });

  test('is what was contested, once the takeover is over', async () => {
    const { held, rival } = await contested(stage, 'globex');
    expect(await decide(held, involved)).toEqual(own);
    await rejectEntry({ database: db.database, id: rival, actor: cast.support, reason: 'No.', now });
    expect(await decide(held, involved)).toMatchObject({ ok: true });
  });

  test('is a report for certain about somebody else’s address, or one that was never theirs', async () => {
    const base = { database: db.database, actor: involved, reason: 'Nothing in it.', now };
    const theirs = await inForce(db.database, cast, '45.174.2.7', cast.otherOwner, 'globex-mail');
    await inForce(db.database, cast, '45.174.1.7');
    const mapped = { mappedBy: 'attribution', serverId: theirs.serverId, entryId: theirs.id } as const;
    const certain = await report(stage, { ...mapped, sourceIp: '45.174.1.7' });
    expect(await settleReport({ ...base, reportId: certain })).toMatchObject({ ok: true });
    await requested(db.database, cast.owner, '45.174.1.8');
    const asked = await report(stage, { sourceIp: '45.174.1.8', notMapped: 'malformed' });
    expect(await settleReport({ ...base, reportId: asked })).toMatchObject({ ok: true });
  });

  test('is a person who has left it', async () => {
    const { id: accountId, slug } = await freshAccount(stage);
    const personId = await makePerson(db.database, { email: `${slug}@acme.example` });
    await db.database.insert(memberships).values({ accountId, personId, role: 'owner', endedAt: now });
    const base = { database: db.database, actor: involved, reason: 'Asked for it.', now };
    expect(await erasePerson({ ...base, personId })).toMatchObject({ ok: true });
  });

  test('is an account that they have left', async () => {
    const { id, accountId } = await inForce(db.database, cast, '45.174.1.6');
    const email = 'left@postern.example';
    const personId = await makePerson(db.database, { email, staff: 'support' });
    await db.database.insert(memberships).values({ accountId, personId, role: 'owner', endedAt: now });
    const viewer = { personId, memberships: [], staffRole: 'support' as const };
    expect(await decide(id, { ...cast.support, viewer })).toMatchObject({ ok: true });
  });
});

test('a staff token of theirs is refused like their page', async () => {
  const { id } = await inForce(db.database, cast, '45.174.1.5');
  const [accountId, viewer] = [(await currentRow(db.database, id)).accountId, involved.viewer];
  if (viewer === null) throw new Error('nobody is involved');
  const base = { database: db.database, id, reason: 'Spam.', now, side: 'staff' as const };
  expect(await suspendEntry({ ...base, actor: involved })).toEqual(own);
  const page = { ...involved, viewer: { ...viewer, memberships: [{ accountId, role: 'viewer' as const }] } };
  expect(await suspendEntry({ ...base, actor: page })).toEqual(own);
});
