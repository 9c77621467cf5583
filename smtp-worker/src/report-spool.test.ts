import { mkdir, mkdtemp, readdir, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReportSpool } from './report-spool.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'postern-spool-'));
});
afterEach(() => rm(folder, { recursive: true }));

const id = (number: number) => `0198c1d2-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
const report = (number: number) => ({ id: id(number), kind: 'counters', payload: { number } });
const within = (...parts: string[]) => path.join(folder, 'reports', ...parts);

test('what is kept is read again by the next process, until it is forgotten', async () => {
  const spool = openReportSpool(folder, 'node-1');
  expect(await spool.list()).toEqual([]);
  await spool.keep(report(1));
  expect(await spool.read(id(1))).toEqual(report(1));
  const next = openReportSpool(folder, 'node-1');
  expect(await next.list()).toEqual([id(1)]);
  expect(await next.read(id(1))).toEqual(report(1));
  await next.forget(id(1));
  expect([await next.list(), await next.read(id(1)), await readdir(within('node-1'))]).toEqual([
    [],
    null,
    [],
  ]);
  // Who has it no more has nothing to forget.
  await next.forget(id(1));
  await spool.forget(id(1));
});

test('no node takes the reports of another, nor leaves its folder, whatever its name', async () => {
  const names = ['.', '..', 'a/b', 'a%2Fb', '../node-1', 'node-1'];
  for (const [number, name] of names.entries()) await openReportSpool(folder, name).keep(report(number));
  for (const [number, name] of names.entries())
    expect(await openReportSpool(folder, name).list()).toEqual([id(number)]);
  expect(await readdir(folder)).toEqual(['reports']);
  expect(await readdir(within())).toHaveLength(names.length);
});

test('addresses of customers are nobody else’s to read', async () => {
  await openReportSpool(folder, 'node-1').keep(report(1));
  const [file = ''] = await readdir(within('node-1'));
  const modes = await Promise.all([within('node-1'), within('node-1', file)].map((one) => stat(one)));
  expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o600]);
});

test('oldest first, and without what a process that was killed had only begun', async () => {
  await mkdir(within('node-1'), { recursive: true });
  const times = Array.from({ length: 40 }, (_, number) => ((number * 17) % 40) + 1);
  for (const time of times)
    await writeFile(within('node-1', `${String(time).padStart(14, '0')}-${id(time)}.json`), '{}');
  await writeFile(within('node-1', `00000000000041-${id(41)}.json.tmp`), '{"kin');
  expect(await openReportSpool(folder, 'node-1').list()).toEqual(times.sort((a, b) => a - b).map(id));
});

test('a file that somebody has taken away is forgotten', async () => {
  const spool = openReportSpool(folder, 'node-1');
  await spool.keep(report(1));
  const [file = ''] = await readdir(within('node-1'));
  await unlink(within('node-1', file));
  expect(await spool.read(id(1))).toBeNull();
  await spool.forget(id(1));
});

test('a folder that cannot be read is no empty one', async () => {
  await mkdir(within(), { recursive: true });
  await writeFile(within('node-1'), '');
  await expect(openReportSpool(folder, 'node-1').list()).rejects.toThrow('ENOTDIR');
});

test('no file stays open', async () => {
  const opened = async () => (await readdir('/proc/self/fd')).length;
  const spool = openReportSpool(folder, 'node-1');
  await spool.keep(report(0));
  const before = await opened();
  for (let number = 1; number <= 20; number += 1) await spool.keep(report(number));
  expect(await opened()).toBeLessThan(before + 10);
});
