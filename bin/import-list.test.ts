import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { seedCast } from '../lib/operations/testing.ts';
import { postern as posternOn } from './testing/postern.ts';

let db: TestDatabase;
let folder: string;
beforeAll(async () => {
  db = await createTestDatabase();
  await seedCast(db.database);
  folder = await mkdtemp(path.join(tmpdir(), 'postern-list-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await db.close();
});

const postern = (...argv: string[]) => posternOn(db.url, ...argv);

describe('a list that was kept by hand', () => {
  const file = async (text: string | Buffer) => {
    await writeFile(path.join(folder, 'list.csv'), text);
    return path.join(folder, 'list.csv');
  };

  test('is tried first, then taken over, with what is not taken in a report', async () => {
    const list = await file(
      'address,server,label\n45.141.9.1,globex-mail,Fax\n192.168.1.1,globex-mail,Old\n45.141.9.2,initech-trial,\n',
    );
    const tried = await postern('entry', 'import', list, '--dry-run');
    expect(tried).toMatchObject({ code: 0, stderr: '' });
    expect(tried.stdout).toContain(
      '1 of 3 rows would be in force; 0 are already, 2 are not taken. Nothing was changed.',
    );
    expect(tried.stdout).toMatch(/^3 +192\.168\.1\.1 +globex-mail +globex +public_address: /m);
    expect((await postern('entry', 'list', '45.141.9.1')).stdout).toBe('No entries.');
    const run = await postern('entry', 'import', list, '--json');
    expect(JSON.parse(run.stdout)).toMatchObject({
      dry_run: false,
      imported: 1,
      already_there: 0,
      refused: 2,
      rows: [
        { line: 2, network: '45.141.9.1', outcome: 'imported' },
        { line: 3, outcome: 'refused', requirement: 'public_address', code: 'special_purpose' },
        { line: 4, outcome: 'refused', requirement: 'paid_subscription', code: 'plan_not_entitled' },
      ],
    });
    expect((await postern('entry', 'list', '45.141.9.1')).stdout).toContain('in_force');
  });

  test('that is long says how far it is, on stderr and not where a program reads', async () => {
    const lines = Array.from(
      { length: 501 },
      (_, index) => `45.140.${index >> 8}.${index & 255} globex-mail`,
    );
    const tried = await postern('entry', 'import', await file(lines.join('\n')), '--dry-run', '--json');
    expect(tried.stderr).toBe('500 of 501 rows looked at');
    expect(JSON.parse(tried.stdout).rows).toHaveLength(501);
  });

  test('of which no row is taken has failed, and says how many', async () => {
    const list = await file('192.168.1.1 globex-mail\n45.141.8.1 nowhere\n');
    for (const more of [[], ['--dry-run']]) {
      const run = await postern('entry', 'import', list, ...more, '--json');
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(/^0 of 2 rows .* 2 are not taken\./);
      expect(run.stderr).toMatch(/^2 +45\.141\.8\.1 +nowhere +there is no such server/m);
      expect(JSON.parse(run.stdout)).toMatchObject({
        ...{ ok: false, code: 'none_taken', message: expect.stringContaining('2 are not taken') },
        ...{ dry_run: more.length > 0, imported: 0, already_there: 0, refused: 2 },
        rows: [
          { line: 1, outcome: 'refused' },
          { line: 2, outcome: 'refused' },
        ],
      });
    }
    await postern('entry', 'import', await file('45.141.8.2 globex-mail'));
    const partly = await file('45.141.8.2 globex-mail\n192.168.1.1 globex-mail\n');
    expect(await postern('entry', 'import', partly)).toMatchObject({ code: 0, stderr: '' });
  });

  test('that cannot be read is said so', async () => {
    expect(await postern('entry', 'import', '/nowhere/list.csv')).toMatchObject({ code: 1 });
  });

  test.each([
    ['ip,label\n45.141.1.9,x', 'The list has no column "server"'],
    ['ip,server,colour\n45.141.1.9,x,y', 'The column "colour" is not known.'],
    ['', 'The list is empty.'],
    ['network,server\n', 'The list is empty.'],
    ['"45.141.1.9,x', 'The list cannot be read as CSV'],
    ['45.141.1.9 \xff', 'is not UTF-8 text'],
  ])('that holds %j is a failure and no wrong use', async (text, sentence) => {
    const run = await postern('entry', 'import', await file(Buffer.from(text, 'latin1')), '--json');
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
    expect(JSON.parse(run.stdout)).toEqual({ ok: false, code: 'unreadable', message: run.stderr });
  });
});
