import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';

test('a migration that was killed before it had made the queues is one sentence', async () => {
  const database = await createTestDatabase();
  try {
    const child = spawn(process.execPath, [`${import.meta.dirname}/jobs.ts`], {
      env: { ...process.env, DATABASE_URL: database.url, AUTH_SECRET: 'a secret of some length, for tests' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said = text(child.stderr);
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(await said).toMatch(/^The jobs cannot start: .* repeat "npm run postern -- migrate"\.\n$/);
  } finally {
    await database.close();
  }
});
