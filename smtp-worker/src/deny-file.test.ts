import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDenyFile } from './deny-file.ts';
import { silentLog } from './testing/silent-log.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'postern-deny-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('one that is there and cannot be read keeps a node from starting, and a running one as it was', async () => {
  const file = path.join(directory, 'unreadable');
  const { log, lines } = silentLog();
  await mkdir(file);
  await expect(openDenyFile(file, log, () => {})).rejects.toThrow(/deny file .* EISDIR/);
  await rm(file, { recursive: true });
  await writeFile(file, '45.80.1.0/24\n');
  const deny = await openDenyFile(file, log, () => {});
  await rm(file);
  await mkdir(file);
  await deny.look();
  expect(deny.isDenied('45.80.1.1')).toBe(true);
  expect(lines().at(-1)?.msg).toContain('still holds');
  deny.close();
});

test.each([
  ['203.0.113.5/24', ['203.0.113.0', '203.0.113.255'], '203.0.114.0'],
  ['2001:db8:5::1/48', ['2001:db8:5::', '2001:db8:5:ffff::1'], '2001:db8:6::'],
])('%s with bits behind its prefix means all of its network', async (line, within, beside) => {
  const { log, lines } = silentLog();
  const file = path.join(await mkdtemp(path.join(directory, 'line-')), 'deny');
  await writeFile(file, `${line}\n`);
  const denied = await openDenyFile(file, log, () => {});
  expect(within.map(denied.isDenied)).toEqual([true, true]);
  expect(denied.isDenied(beside)).toBe(false);
  expect(lines().some(({ msg }) => msg.includes('all of its network is refused'))).toBe(true);
  denied.close();
});

test('networks of the file are refused, comments and bad lines harm nothing, and it is read anew', async () => {
  const file = path.join(directory, 'deny');
  const { log, lines } = silentLog();
  let changes = 0;
  const deny = await openDenyFile(file, log, () => {
    changes += 1;
  });
  expect(deny.isDenied('45.80.1.1')).toBe(false);
  await writeFile(file, '# an incident\n\n45.80.1.0/24 # all of it\nnonsense\n2a01:7c8::/32\n');
  await deny.look();
  expect([deny.isDenied('45.80.1.1'), deny.isDenied('45.80.2.1'), deny.isDenied('2a01:7c8:1::9')]).toEqual([
    true,
    false,
    true,
  ]);
  expect(lines().filter(({ msg }) => msg.includes('no network'))).toMatchObject([{ line: 4 }]);
  await deny.look();
  expect(changes).toBe(1);
  await rm(file);
  await deny.look();
  expect([deny.isDenied('45.80.1.1'), changes]).toEqual([false, 2]);
  deny.close();
});
