import { hash } from '@node-rs/argon2';
import { hashSync } from 'bcryptjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { NodeCredential } from '../../../db/queries/node.ts';
import { silentLog } from '../testing/silent-log.ts';
import { type CheckCost, type CredentialChecker, openCredentialChecker } from './credential-checker.ts';
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

function open(passwordHash: string) {
  const world = {
    elapsedMs: 1_000_000,
    tooOld: false,
    credential: {
      credentialId: 'c1',
      serverId: 's1',
      username: 'Acme',
      passwordHash,
      state: 'usable' as NodeCredential['state'],
    } as NodeCredential,
    ownAddress: null as string | null,
    /** how long each refusal was held back */
    waits: [] as number[],
    costs: [] as CheckCost[],
    /** names as they were looked for: when one is asked for, and before and after its password is looked at */
    found: [] as string[],
    /** called while a password is being looked at */
    meanwhile: () => {},
    rehashed: [] as { credential_id: string; replaces_sha256: string; password_hash: string }[],
    rehashing: Promise.withResolvers<void>(),
  };
  const places = new Set<string>();
  const { log, lines } = silentLog();
  const checker = openCredentialChecker({
    find: (username) => {
      world.found.push(username);
      return username === 'acme' ? world.credential : undefined;
    },
    copyTooOld: () => world.tooOld,
    knownPlaces: {
      has: (name, place) => places.has(`${name} ${place}`),
      add: (name, place) => void places.add(`${name} ${place}`),
    },
    isOwnAddress: ({ serverId }, address) => serverId === 's1' && address === world.ownAddress,
    elapsedMs: () => world.elapsedMs,
    wait: async (ms) => {
      world.waits.push(ms);
    },
    onCost: (cost) => {
      world.costs.push(cost);
      world.meanwhile();
    },
    log,
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
  return { world, checker, check, lines };
}

describe('every kind of hash that a platform brings', { timeout: 120_000 }, () => {
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

test('an argon2id is not hashed anew', async () => {
  const { check, checker, world } = open(hashes.argon2id);
  expect(await check('acme', 'right')).toBe('c1');
  expect([checker.running(), world.rehashed]).toEqual([0, []]);
});

test('a hash of an unknown kind is right for nothing, and in the log; a name that nobody has is not', async () => {
  const { check, lines } = open('$1$salt$of-another-time');
  expect(await check('nobody', 'right')).toBe('credentials_wrong');
  expect(lines()).toEqual([]);
  expect(await check('acme', 'right')).toBe('credentials_wrong');
  expect(lines()).toMatchObject([{ credential: 'c1', msg: 'a credential has a hash of an unknown kind' }]);
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

describe('guessing', { timeout: 120_000 }, () => {
  const guess = (
    check: (name: string, password: string, address: string) => Promise<string>,
    times: number,
  ) =>
    Promise.all(
      Array.from({ length: times }, (_, number) =>
        check('acme', `guess-${number}`, `192.0.2.${number % 256}`),
      ),
    );

  test('an address that fails too often hears "not now", and another does not', async () => {
    const { check, world } = open(hashes.argon2id);
    for (let times = 0; times < 30; times += 1) await check(`name-${times}`, 'x');
    expect(await check('acme', 'right')).toBe('credentials_not_checked');
    expect(await check('acme', 'right', '203.0.113.6')).toBe('c1');
    world.elapsedMs += 10 * 60 * 1000;
    expect(await check('acme', 'right')).toBe('c1');
  });

  test('who has no address is a stranger, also where the server has none in force', async () => {
    const { check } = open(hashes.argon2id);
    for (let times = 0; times < 30; times += 1) {
      expect(await check('acme', 'guess', null)).toBe('credentials_wrong');
    }
    expect(await check('acme', 'right', null)).toBe('credentials_not_checked');
  });

  test('all at the same moment is no way around it', async () => {
    const { check, world } = open(hashes.argon2id);
    const guesses = Array.from({ length: 60 }, (_, number) => check('acme', `guess-${number}`));
    const heard = await Promise.all(guesses);
    expect(heard.filter((rule) => rule === 'credentials_wrong')).toHaveLength(30);
    expect(heard.filter((rule) => rule === 'credentials_not_checked')).toHaveLength(30);
    expect(world.costs).toHaveLength(30);
    expect((await guess(check, 60)).filter((rule) => rule === 'credentials_wrong')).toEqual([]);
  });

  test('success is no failure, however many sign in at once', async () => {
    const { check } = open(hashes.argon2id);
    for (let times = 0; times < 100; times += 1) expect(await check('acme', 'right')).toBe('c1');
    expect(await check('acme', 'wrong', '203.0.113.9')).toBe('credentials_wrong');
  });

  test('nor is it for strangers, whose password is looked at each time', async () => {
    const { check, checker, world } = open(hashes.argon2id);
    for (let number = 0; number < 35; number += 1) {
      expect(await check('acme', 'right', `192.0.2.${number}`)).toBe('c1');
      checker.forgetAll();
    }
    expect(world.costs).toHaveLength(35);
  });

  test('a password that was right a moment ago is remembered, and another one is looked at', async () => {
    const { check, world } = open(hashes.argon2id);
    for (const password of ['right', 'right', 'wrong', 'right']) await check('acme', password);
    expect(world.costs).toEqual(['argon2id', 'remembered', 'argon2id', 'remembered']);
  });

  test('nor are many who begin in the same moment, from one address or from many', async () => {
    const { check, world } = open(hashes.argon2id);
    const devices = Array.from({ length: 200 }, (_, number) =>
      check('acme', 'right', number % 2 === 0 ? '203.0.113.5' : `192.0.2.${number}`),
    );
    expect(new Set(await Promise.all(devices))).toEqual(new Set(['c1']));
    expect(world.costs).toEqual(['argon2id']);
  });

  test('the same guess in the same moment is one guess, for the next one it is over', async () => {
    const { check, world } = open(hashes.argon2id);
    const same = Array.from({ length: 200 }, () => check('acme', 'guess'));
    expect(new Set(await Promise.all(same))).toEqual(new Set(['credentials_wrong']));
    expect(world.costs).toHaveLength(1);
    for (let times = 1; times < 30; times += 1)
      expect(await check('acme', 'guess')).toBe('credentials_wrong');
    expect(await check('acme', 'guess')).toBe('credentials_not_checked');
    expect(world.costs).toHaveLength(30);
  });

  test('a name and a password that only read the same in one piece are another guess', async () => {
    const { check } = open(hashes.argon2id);
    expect(await Promise.all([check('acme', 'right'), check('acm', 'eright')])).toEqual([
      'c1',
      'credentials_wrong',
    ]);
  });

  test('who is known does not wait behind strangers with the same guess', async () => {
    const { check, world } = open(hashes.argon2id);
    expect(await check('acme', 'right', '198.51.100.1')).toBe('c1');
    const heard = await Promise.all([check('acme', 'guess'), check('acme', 'guess', '198.51.100.1')]);
    expect(heard).toEqual(['credentials_wrong', 'credentials_wrong']);
    expect(world.costs).toHaveLength(3);
  });

  test('a password that is rehashed for many is hashed once', async () => {
    const { check, world } = open(hashes.bcrypt);
    await Promise.all(Array.from({ length: 20 }, () => check('acme', 'right')));
    await world.rehashing.promise;
    expect(world.rehashed).toHaveLength(1);
  });

  test('strangers cannot lock the owner out where the owner has been, nor go on for ever', async () => {
    const { check } = open(hashes.argon2id);
    expect(await check('acme', 'right', '198.51.100.1')).toBe('c1');
    for (let times = 0; times < 30; times += 1) await check('acme', 'guess', `192.0.2.${times}`);
    expect(await check('acme', 'right', '192.0.2.200')).toBe('credentials_not_checked');
    expect(await check('acme', 'right', '198.51.100.1')).toBe('c1');
    expect(await check('acme', 'wrong', '198.51.100.1')).toBe('credentials_wrong');
  });

  test('nor at an address that is whitelisted for the server', async () => {
    const { check, world } = open(hashes.argon2id);
    world.ownAddress = '198.51.100.7';
    for (let times = 0; times < 30; times += 1) await check('acme', 'guess', `192.0.2.${times}`);
    expect(await check('acme', 'right', '198.51.100.8')).toBe('credentials_not_checked');
    expect(await check('acme', 'right', '198.51.100.7')).toBe('c1');
  });

  test('neighbours who fail with other names do not lock the owner out', async () => {
    const { check } = open(hashes.argon2id);
    expect(await check('acme', 'right')).toBe('c1');
    for (let times = 0; times < 40; times += 1) await check(`name-${times}`, 'x');
    expect(await check('name-41', 'x')).toBe('credentials_not_checked');
    expect(await check('acme', 'changed since')).toBe('credentials_wrong');
  });

  test('neighbours cannot grind the account from where its owner has signed in', async () => {
    const { check, world } = open(hashes.argon2id);
    expect(await check('acme', 'right')).toBe('c1');
    const heard: string[] = [];
    for (let times = 0; times < 150; times += 1) heard.push(await check('acme', `guess-${times}`));
    expect(heard.filter((rule) => rule === 'credentials_wrong')).toHaveLength(100);
    // The password that was right a moment ago is no faster oracle than any other.
    expect(await check('acme', 'right')).toBe('credentials_not_checked');
    world.elapsedMs += 10 * 60 * 1000;
    expect(await check('acme', 'right')).toBe('c1');
  });

  test('what is remembered is no oracle without limits', async () => {
    const { check } = open(hashes.argon2id);
    expect(await check('acme', 'right', '198.51.100.1')).toBe('c1');
    for (let times = 0; times < 30; times += 1) await check('acme', `guess-${times}`, '192.0.2.1');
    expect(await check('acme', 'right', '192.0.2.1')).toBe('credentials_not_checked');
  });

  test('IPv6 counts by /64, and many of one /48 together', async () => {
    const { check } = open(hashes.argon2id);
    for (let times = 0; times < 30; times += 1) await check(`name-${times}`, 'x', `2001:db8::${times}`);
    expect(await check('acme', 'right', '2001:db8::ffff')).toBe('credentials_not_checked');
    expect(await check('acme', 'right', '2001:db8:0:1::1')).toBe('c1');
    for (let times = 0; times < 90; times += 1)
      await check(`other-${times}`, 'x', `2001:db8:0:${times + 16}::1`);
    expect(await check('name', 'x', '2001:db8:0:ffff::1')).toBe('credentials_not_checked');
    expect(await check('name', 'x', '2001:db8:1::1')).toBe('credentials_wrong');
  });

  test('whether a name exists shows neither in the words nor in the beat, and costs the same', async () => {
    for (const hash of [hashes.bcrypt, hashes.argon2id, '', '$argon2id$broken']) {
      const { check, world } = open(hash);
      for (const name of ['acme', 'nobody']) {
        world.meanwhile = () => {
          world.elapsedMs += name === 'acme' ? 80 : 30;
        };
        expect(await check(name, 'wrong')).toBe('credentials_wrong');
        expect(world.costs.length, `${hash} ${name}`).toBeGreaterThan(0);
        world.costs.length = 0;
      }
      expect(world.waits).toEqual([420, 470]);
    }
    const { check, world } = open(hashes.argon2id);
    expect(await check('acme', 'right')).toBe('c1');
    expect(world.waits).toEqual([]);
  });

  test('a name that nobody has is looked at like any other, not answered off-hand', async () => {
    const { check, checker } = open(hashes.argon2id);
    // What there is to be made for it is made.
    await check('acme', 'guess');
    await check('nobody', 'guess');
    const looking = check('nobody', 'another guess');
    // Hashing takes another thread: what is answered within this one has not been hashed.
    for (let turns = 0; turns < 1_000; turns += 1) await null;
    expect(checker.running()).toBe(1);
    expect(await looking).toBe('credentials_wrong');
  });

  test('a hash that costs more than a beat is waited for by every name, and by nobody who is right', async () => {
    const { check, world } = open(hashes.bcrypt);
    const heardAfter = async (name: string, looksFor: number) => {
      world.meanwhile = () => {
        world.elapsedMs += looksFor;
      };
      const before = world.elapsedMs;
      expect(await check(name, 'wrong')).toBe('credentials_wrong');
      return world.elapsedMs - before + (world.waits.at(-1) ?? 0);
    };
    expect(await heardAfter('acme', 740)).toBe(1000);
    expect(await heardAfter('nobody', 30)).toBe(1000);
    expect(await heardAfter('acme', 999)).toBe(1000);
    expect(await heardAfter('nobody', 60_100)).toBe(60_500);
    expect(await heardAfter('acme', 30)).toBe(3000);
    world.waits.length = 0;
    expect(await check('acme', 'right')).toBe('c1');
    expect(world.waits).toEqual([]);
  });

  test('what is counted is bounded', () => {
    const limit = newFailureLimit({ most: 1, windowMs: 1000, elapsedMs: () => 0, mostKeys: 2 });
    for (const key of ['a', 'b', 'c']) limit.count(key);
    expect(['a', 'b', 'c'].map(limit.reached)).toEqual([false, true, true]);
    limit.forgive('c');
    expect(limit.reached('c')).toBe(false);
  });
});

test('a hash that gives way to a better one while it is looked at is no wrong password', async () => {
  const { check, world } = open(hashes.bcrypt);
  world.meanwhile = () => {
    world.credential = { ...world.credential, passwordHash: hashes.argon2id };
  };
  expect(await check('acme', 'right')).toBe('c1');
});

test('a password that is changed while it is looked at lets nobody in', async () => {
  const { check, world } = open(hashes.argon2id);
  const changed = await hash('changed', fast);
  world.meanwhile = () => {
    world.credential = { ...world.credential, passwordHash: changed };
  };
  expect(await check('acme', 'right')).toBe('credentials_wrong');
  expect(await check('acme', 'changed')).toBe('c1');
});

test('a copy too old checks nothing', async () => {
  const { check, world } = open(hashes.argon2id);
  world.tooOld = true;
  expect(await check('acme', 'right')).toBe('credentials_not_checked');
});

describe('too many at once', { timeout: 120_000 }, () => {
  const slow = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

  test('hear so at once', async () => {
    const { check } = open(await hash('right', slow));
    const results = await Promise.all(
      Array.from({ length: 80 }, (_, number) => check(`name-${number}`, 'x', `192.0.2.${number}`)),
    );
    expect(results.filter((result) => result === 'credentials_not_checked')).toHaveLength(80 - 66);
  });

  test('which says nothing of what is being looked at', async () => {
    const { check } = open(await hash('right', slow));
    const owner = check('acme', 'right', '198.51.100.1');
    const strangers = Array.from({ length: 80 }, (_, number) =>
      check(`name-${number}`, 'x', `192.0.2.${number}`),
    );
    const guesses = ['right', 'wrong'].map((password) => check('acme', password, '203.0.113.77'));
    expect(await Promise.all(guesses)).toEqual(['credentials_not_checked', 'credentials_not_checked']);
    expect(await owner).toBe('c1');
    await Promise.all(strangers);
  });

  test('and do not keep those out who are known, who go first', async () => {
    const { check, world } = open(await hash('right', fast));
    expect(await check('acme', 'right', '198.51.100.1')).toBe('c1');
    const strangers = Array.from({ length: 80 }, (_, number) =>
      check(`name-${number}`, 'x', `192.0.2.${number}`),
    );
    const owner = check('acme', 'not what is remembered', '198.51.100.1');
    const before = world.found.length;
    expect(await owner).toBe('credentials_wrong');
    await Promise.all(strangers);
    // Behind the two who were at work already, and nobody else.
    expect(['name-0 name-1 acme', 'name-1 name-0 acme', 'name-0 acme', 'name-1 acme']).toContain(
      world.found.slice(before, world.found.indexOf('acme', before) + 1).join(' '),
    );
  });
});
