import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../db/testing.ts';
import { startNodeProcess } from './testing/node-process.ts';
import { insertEntry, insertServer, removeEntry } from './testing/whitelist-rows.ts';

test('killed as soon as it has refused what was removed, it refuses that after a start without the database', async () => {
  const database = await createTestDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-killed-'));
  const start = (databaseUrl: string) =>
    startNodeProcess('node-killed', {
      POSTERN_DATA_DIR: folder,
      SMTP_THREADS: '1',
      DATABASE_URL: databaseUrl,
    });
  try {
    const acme = await insertServer(database.pool, 'acme-production');
    await insertEntry(database.pool, acme, '203.0.113.1/32');
    for (const number of [11, 12, 13]) {
      const address = `203.0.113.${number}`;
      const entry = await insertEntry(database.pool, acme, `${address}/32`);
      const node = await start(database.url);
      expect(await node.rcpt(address)).toMatch(/^250/);
      await removeEntry(database.pool, entry);
      while (!(await node.rcpt(address)).startsWith('530'));
      await node.kill();
      const alone = await start('postgresql://postern@127.0.0.1:1/nowhere');
      expect(await alone.rcpt(address)).toMatch(/^530/);
      expect(await alone.rcpt('203.0.113.1')).toMatch(/^250/);
      await alone.kill();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    await database.close();
  }
}, 120_000);
