import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { runOnCluster } from '../../db/testing-cluster.ts';
import { postern, posternWith } from '../testing/postern.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

test('a login that may not migrate is told whose that is', async () => {
  const login = `portal_${randomBytes(6).toString('hex')}`;
  const onCluster = (statement: string) =>
    runOnCluster(inject('testClusterUrl'), (client) => client.query(statement));
  await onCluster(`create role ${login} login password 'pw' in role postern_app`);
  try {
    const url = Object.assign(new URL(db.url), { username: login, password: 'pw' });
    expect(await postern(url.href, 'migrate')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^It failed: the login of DATABASE_URL may not migrate \(permission denied .*\): take the owner/,
      ),
    });
  } finally {
    await onCluster(`drop role ${login}`);
  }
});

test('the demo’s password is kept in a data directory that was not there', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-seed-'));
  try {
    const settings = { DATABASE_URL: db.url, POSTERN_DATA_DIR: path.join(folder, 'data') };
    const first = await posternWith(settings, 'seed', 'demo', '--json');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const again = await posternWith(settings, 'seed', 'demo', '--json');
    expect(JSON.parse(again.stdout).password).toBe(JSON.parse(first.stdout).password);
  } finally {
    await rm(folder, { recursive: true });
  }
});
