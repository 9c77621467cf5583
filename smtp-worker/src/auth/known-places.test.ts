import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Secrets } from '../../../lib/secrets/keys.ts';
import { silentLog } from '../testing/silent-log.ts';
import { openKnownPlaces } from './known-places.ts';

const day = 24 * 60 * 60 * 1000;
const secrets: Secrets = { current: 'a secret of at least 32 characters', previous: null };
let folder: string;
let file: string;
let nowMs: number;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'postern-places-'));
  file = path.join(folder, 'sign-in-places');
  nowMs = 1_000_000;
});
afterEach(() => rm(folder, { recursive: true }));

let log: ReturnType<typeof silentLog>;
const reopen = (of: Secrets = secrets) => {
  log = silentLog();
  return openKnownPlaces({ file, secrets: of, nowMs: () => nowMs, log: log.log });
};

test('are known after a restart, for thirty days, and by nobody who reads the file', async () => {
  const places = await reopen();
  places.add('acme-production', '203.0.113.5');
  expect(places.has('acme-production', '203.0.113.5')).toBe(true);
  expect(places.has('acme-production', '203.0.113.6')).toBe(false);
  expect(places.has('acme', '-production203.0.113.5')).toBe(false);
  await places.save();

  const text = await readFile(file, 'utf8');
  expect(text).toMatch(/^[\w-]{22} \d+\n$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  nowMs += 30 * day - 1;
  expect((await reopen()).has('acme-production', '203.0.113.5')).toBe(true);
  nowMs += 1;
  expect(places.has('acme-production', '203.0.113.5')).toBe(false);
  expect((await reopen()).has('acme-production', '203.0.113.5')).toBe(false);
});

test('stay known while the secret is being rotated', async () => {
  const places = await reopen();
  places.add('acme', '203.0.113.5');
  await places.save();
  const rotated = { current: 'another secret of at least 32 chars', previous: secrets.current };
  expect((await reopen(rotated)).has('acme', '203.0.113.5')).toBe(true);
  expect((await reopen({ ...rotated, previous: null })).has('acme', '203.0.113.5')).toBe(false);
});

test('a damaged file is nothing but an empty one', async () => {
  await writeFile(file, '\0\xff not a line\n123\nAAAAAAAAAAAAAAAAAAAAAA 99999999999999999999\n');
  const places = await reopen();
  expect(places.has('acme', '203.0.113.5')).toBe(false);
  places.add('acme', '203.0.113.5');
  await places.save();
  expect((await reopen()).has('acme', '203.0.113.5')).toBe(true);
});

test('are written where there is something new, and into a folder that is not there yet', async () => {
  file = path.join(folder, 'data', 'sign-in-places');
  const places = await reopen();
  await places.save();
  await expect(stat(file)).rejects.toThrow('ENOENT');
  places.add('acme', '203.0.113.5');
  await places.save();
  await rm(file);
  await places.save();
  await expect(stat(file)).rejects.toThrow('ENOENT');
  expect(log.lines()).toEqual([]);
});

test('fifty thousand are kept, those that were seen last', async () => {
  const places = await reopen();
  const add = (number: number) => places.add('acme', `place ${number}`);
  for (let number = 0; number < 50_000; number += 1) add(number);
  expect(places.has('acme', 'place 0')).toBe(true);
  add(0);
  add(50_000);
  const kept = [0, 1, 2, 50_000].map((number) => places.has('acme', `place ${number}`));
  expect(kept).toEqual([true, false, true, true]);
});

test('a folder that cannot be made costs nothing but the memory of it', async () => {
  await writeFile(path.join(folder, 'file'), '');
  file = path.join(folder, 'file', 'sign-in-places');
  const places = await reopen();
  places.add('acme', '203.0.113.5');
  await places.save();
  expect(places.has('acme', '203.0.113.5')).toBe(true);
  expect(JSON.stringify(log.lines())).toContain('places of sign-ins could not be kept');
});
