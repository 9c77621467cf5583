import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const device = (...words: string[]) =>
  spawnSync(process.execPath, [path.join(import.meta.dirname, 'device.ts'), ...words], { encoding: 'utf8' });

test('the help, and what is no use of it, say how it is used', () => {
  expect(device('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('-- ADDRESS') });
  const wrong = [
    { words: [], says: '' },
    { words: ['45.80.3.300'], says: '' },
    { words: ['45.80.3.17', '--too', 'a@b.example'], says: "Unknown option '--too'" },
  ];
  for (const { words, says } of wrong) {
    const { status, stderr } = device(...words);
    expect(status).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).toContain('npm run device -- ADDRESS');
    expect(stderr).not.toContain('    at ');
  }
});
