import { createHash, randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeReports } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { signRehash } from '../secrets/rehash-signature.ts';
import { putServer } from './put-server.ts';
import { takeNodeReport } from './take-node-report.ts';
import { platform, testSecrets } from './testing.ts';

let test1: TestDatabase;
beforeAll(async () => {
  test1 = await createTestDatabase();
});
afterAll(() => test1.close());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const now = new Date('2026-03-01T12:00:00Z');

async function insertCredential(passwordHash: string): Promise<string> {
  const { rows } = await test1.pool.query(
    `with a as (insert into accounts (slug, name) values ($1, 'A') returning id),
       s as (insert into servers (account_id, slug, name) select id, $1, 'S' from a returning id)
     insert into smtp_credentials (server_id, username, password_hash) select id, $1, $2 from s returning id`,
    [`server-${randomUUID().slice(0, 8)}`, passwordHash],
  );
  return rows[0].id;
}

async function report(credentialId: string, replaces: string, signature?: string): Promise<string | null> {
  const rehash = {
    credential_id: credentialId,
    replaces_sha256: sha256(replaces),
    password_hash: '$argon2id$new',
  };
  const payload = { ...rehash, signature: signature ?? signRehash(testSecrets, rehash) };
  const [row] = await test1.database
    .insert(nodeReports)
    .values({ id: randomUUID(), node: 'n', kind: 'credential_rehashed', payload })
    .returning();
  if (row === undefined) throw new Error('the report was not kept');
  await takeNodeReport(test1.database, row, now, testSecrets);
  const [taken] = await test1.database.select().from(nodeReports).where(eq(nodeReports.id, row.id));
  return taken?.failure ?? null;
}

const hashOf = async (id: string) =>
  (await test1.pool.query('select password_hash from smtp_credentials where id = $1', [id])).rows[0]
    .password_hash;

test('an older hash gives way to the argon2id that a node made of it', async () => {
  const id = await insertCredential('$2b$old');
  await report(id, '$2b$old');
  expect(await hashOf(id)).toBe('$argon2id$new');
});

test('the feed that brings the older hash again changes nothing; one with another hash does', async () => {
  const id = await insertCredential('$2b$fed');
  await report(id, '$2b$fed');
  const { rows } = await test1.pool.query(
    'select s.slug, c.username from smtp_credentials c join servers s on s.id = c.server_id where c.id = $1',
    [id],
  );
  const { slug, username } = rows[0];
  const clock = async () =>
    (await test1.pool.query<{ revision: string }>('select revision from whitelist_clock')).rows[0]?.revision;
  const feed = (passwordHash: string) =>
    putServer({
      database: test1.database,
      actor: platform,
      server: { slug, credentials: [{ username, passwordHash }] },
      now,
    });
  const before = await clock();
  expect(await feed('$2b$fed')).toMatchObject({ ok: true, changed: false });
  expect([await hashOf(id), await clock()]).toEqual(['$argon2id$new', before]);

  // The same password with another salt, hashed by the node once more: what was brought first is what counts.
  await report(id, '$argon2id$new');
  expect(await feed('$2b$fed')).toMatchObject({ ok: true, changed: false });

  expect(await feed('$2b$changed')).toMatchObject({ ok: true, changed: true });
  const usable = await test1.pool.query(
    'select password_hash from smtp_credentials where lower(username) = lower($1) and ended_at is null',
    [username],
  );
  expect(usable.rows).toEqual([{ password_hash: '$2b$changed' }]);
  expect(await feed('$2b$fed')).toMatchObject({ ok: true, changed: true });
});

test('a credential that was changed meanwhile keeps what it has', async () => {
  const id = await insertCredential('$2b$changed');
  await report(id, '$2b$old');
  expect(await hashOf(id)).toBe('$2b$changed');
});

test('an ended credential stays as it is', async () => {
  const id = await insertCredential('$2b$old');
  await test1.pool.query('update smtp_credentials set ended_at = now() where id = $1', [id]);
  await report(id, '$2b$old');
  expect(await hashOf(id)).toBe('$2b$old');
});

test('whoever has nothing but the login of a node gives no user name a password', async () => {
  const id = await insertCredential('$2b$kept');
  const other = { credential_id: id, replaces_sha256: sha256('$2b$kept'), password_hash: '$argon2id$other' };
  const stranger = { current: 'another secret of some length', previous: null };
  for (const signature of ['', 'x', signRehash(testSecrets, other), signRehash(stranger, other)])
    expect(await report(id, '$2b$kept', signature)).toBe('not signed by a node');
  expect(await hashOf(id)).toBe('$2b$kept');
});
