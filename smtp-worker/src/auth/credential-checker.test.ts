import { hash } from '@node-rs/argon2';
import { hashSync } from 'bcryptjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { NodeCredential } from '../../../db/queries/node.ts';
import { silentLog } from '../testing/silent-log.ts';
import { type CredentialChecker, openCredentialChecker } from './credential-checker.ts';
import { newFailureLimit } from './failure-limit.ts';
import { newVerifiedCache } from './verified-cache.ts';

const fast = { memoryCost: 64, timeCost: 1, parallelism: 1 };
let hashes: { argon2id: string; bcrypt: string; sha512: string };
beforeAll(async () => {
  hashes = {
    argon2id: await hash('right', fast),
    bcrypt: hashSync('right', 4),
    sha512:
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  };
});

const opened: CredentialChecker[] = [];
afterEach(() => Promise.all(opened.splice(0).map((checker) => checker.close())));

function open(passwordHash: string, state: NodeCredential['state'] = 'usable') {
  const world = {
    nowMs: 1_000_000,
    tooOld: false,
    credential: {
      credentialId: 'c1',
      serverId: 's1',
      username: 'Acme',
      passwordHash,
      state,
    } as NodeCredential,
    rehashed: [] as { credential_id: string; replaces_sha256: string; password_hash: string }[],
    rehashing: Promise.withResolvers<void>(),
  };
  const checker = openCredentialChecker({
    find: (username) => (username === 'acme' ? world.credential : undefined),
    copyTooOld: () => world.tooOld,
    nowMs: () => world.nowMs,
    log: silentLog().log,
    onRehashed: (change) => {
      world.rehashed.push(change);
      world.rehashing.resolve();
    },
  });
  opened.push(checker);
  const check = async (username: string, password: string, address: string | null = '203.0.113.5') => {
    const result = await checker.check(username, password, address);
    return result.ok ? result.login.credentialId : result.rule;
  };
  return { world, checker, check };
}

describe('every kind of hash that a platform brings', () => {
  test('argon2id, whatever the case of the name', async () => {
    const { check } = open(hashes.argon2id);
    expect(await check('Acme', 'right')).toBe('c1');
    expect(await check('ACME', 'wrong')).toBe('credentials_wrong');
    expect(await check('nobody', 'right')).toBe('credentials_wrong');
  });

  test.each([
    ['bcrypt', 'right'],
    ['sha512', 'Hello world!'],
  ] as const)('%s, and it is hashed anew on use', async (kind, password) => {
    const { check, world } = open(hashes[kind]);
    expect(await check('acme', 'wrong')).toBe('credentials_wrong');
    expect(await check('acme', password)).toBe('c1');
    await world.rehashing.promise;
    expect(world.rehashed).toMatchObject([
      { credential_id: 'c1', password_hash: expect.stringMatching(/^\$argon2id\$/) },
    ]);
    world.credential = { ...world.credential, passwordHash: world.rehashed[0]?.password_hash ?? '' };
    expect(await check('acme', password)).toBe('c1');
  });

  test.each(['', 'plain text', '$1$md5', '$argon2id$broken'])('%s lets nobody in', async (broken) => {
    expect(await open(broken).check('acme', broken)).toBe('credentials_wrong');
  });
});

describe('remembered passwords', () => {
  test('are forgotten at once when the credential changes', async () => {
    const { check, world, checker } = open(hashes.argon2id);
    expect(await check('acme', 'right')).toBe('c1');
    world.credential = { ...world.credential, passwordHash: await hash('changed', fast) };
    checker.forget(['c1']);
    expect(await check('acme', 'right')).toBe('credentials_wrong');
    expect(await check('acme', 'changed')).toBe('c1');
  });

  test('count for the hash they were checked against, even where nobody said so', async () => {
    const { check, world } = open(hashes.argon2id);
    await check('acme', 'right');
    world.credential = { ...world.credential, passwordHash: await hash('changed', fast) };
    expect(await check('acme', 'right')).toBe('credentials_wrong');
  });

  test('for a few minutes', () => {
    let now = 0;
    const cache = newVerifiedCache(() => now);
    cache.add('c1', 'hash', 'password');
    expect(cache.has('c1', 'hash', 'password')).toBe(true);
    expect(cache.has('c1', 'hash', 'passwords')).toBe(false);
    expect(cache.has('c1', 'hashp', 'assword')).toBe(false);
    expect(cache.has('c2', 'hash', 'password')).toBe(false);
    now = 5 * 60 * 1000 + 1;
    expect(cache.has('c1', 'hash', 'password')).toBe(false);
  });
});

describe('guessing', () => {
  test('an address that fails too often hears "not now", and another does not', async () => {
    const { check, world } = open(hashes.argon2id);
    for (let times = 0; times < 30; times += 1) await check(`name-${times}`, 'x');
    expect(await check('acme', 'right')).toBe('credentials_not_checked');
    expect(await check('acme', 'right', '203.0.113.6')).toBe('c1');
    world.nowMs += 10 * 60 * 1000;
    expect(await check('acme', 'right')).toBe('c1');
  });

  test('strangers cannot lock the owner out, nor go on for ever', async () => {
    const { check } = open(hashes.argon2id);
    expect(await check('acme', 'right', '198.51.100.1')).toBe('c1');
    for (let times = 0; times < 30; times += 1) await check('acme', 'guess', `192.0.2.${times}`);
    expect(await check('acme', 'right', '192.0.2.200')).toBe('credentials_not_checked');
    expect(await check('acme', 'right', '198.51.100.1')).toBe('c1');
    expect(await check('acme', 'wrong', '198.51.100.1')).toBe('credentials_wrong');
  });

  test('IPv6 counts by /64', async () => {
    const { check } = open(hashes.argon2id);
    for (let times = 0; times < 30; times += 1) await check(`name-${times}`, 'x', `2001:db8::${times}`);
    expect(await check('acme', 'right', '2001:db8::ffff')).toBe('credentials_not_checked');
    expect(await check('acme', 'right', '2001:db8:0:1::1')).toBe('c1');
  });

  test('what is counted is bounded', () => {
    const limit = newFailureLimit({ most: 1, windowMs: 1000, nowMs: () => 0, mostKeys: 2 });
    for (const key of ['a', 'b', 'c']) limit.count(key);
    expect(['a', 'b', 'c'].map(limit.reached)).toEqual([false, true, true]);
    limit.forget('c');
    expect(limit.reached('c')).toBe(false);
  });
});

test('a copy too old checks nothing', async () => {
  const { check, world } = open(hashes.argon2id);
  world.tooOld = true;
  expect(await check('acme', 'right')).toBe('credentials_not_checked');
});

test('too many at once hear so at once', async () => {
  const { check } = open(await hash('right', { memoryCost: 19_456, timeCost: 2, parallelism: 1 }));
  const results = await Promise.all(
    Array.from({ length: 80 }, (_, number) => check('acme', 'right', `192.0.2.${number}`)),
  );
  expect(results.filter((result) => result === 'credentials_not_checked').length).toBeGreaterThan(0);
  expect(results.filter((result) => result === 'c1').length).toBeGreaterThan(60);
});
