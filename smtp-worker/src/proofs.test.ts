import { describe, expect, test } from 'vitest';
import type { NodeEntry } from '../../db/queries/node.ts';
import { findCode } from '../../lib/secrets/find-code.ts';
import { proofToken } from '../../lib/secrets/proof-token.ts';
import { openProofs } from './proofs.ts';
import { testSecrets } from './testing/test-node.ts';
import { newDirectory, putCredentials, putServers } from './whitelist/directory.ts';
import { applyEntries, finishLoad, loadEntries, newEntryTable } from './whitelist/entry-table.ts';

const id = (number: number) => `0198c1d2-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
const now = new Date('2026-03-01T12:00:00Z');
const limits = { recipientsPerMessage: 100, messageBytes: 1000 };

function opened() {
  const directory = newDirectory();
  const table = newEntryTable();
  const clock = { elapsedMs: 0, now };
  const told: string[] = [];
  const put = (number: number, senderDomains: string[]) =>
    putServers(
      directory,
      [{ serverId: id(number), slug: `s${number}`, senderDomains, mailNeeds: 'either' }],
      limits,
    );
  const proofs = openProofs({
    replica: { table: () => table, directory: () => directory },
    reports: {
      keep: async () => ({ ok: true, reportId: 'kept' }),
      tell: (kind) => told.push(kind),
      sighting: () => {},
      waiting: () => 0,
      close: async () => {},
    },
    secrets: testSecrets,
    now: () => clock.now,
    elapsedMs: () => clock.elapsedMs,
  });
  /** Whether the code of a server is taken with a sender of that domain. */
  const find = (number: number, domain: string, address?: string) =>
    send(findCode(testSecrets, id(number), now).code, domain, address);
  const send = async (token: string, domain: string, address = '198.51.100.1') => {
    const mailFrom = { text: `a@${domain}`, localPart: 'a', domain };
    const answer = await proofs.bySending({ address, token, mailFrom, ehlo: 'x', tls: null });
    return answer.ok;
  };
  return { directory, table, proofs, told, put, find, send, clock };
}

test('a code goes with the domains of its server, as they are now', async () => {
  const { put, find } = opened();
  put(1, ['one.example', 'both.example']);
  put(2, ['two.example', 'both.example']);
  expect(await find(1, 'one.example')).toBe(true);
  expect(await find(2, 'both.example')).toBe(true);
  expect(await find(1, 'two.example')).toBe(false);
  put(1, ['new.example']);
  expect(await find(1, 'one.example')).toBe(false);
  expect(await find(1, 'both.example')).toBe(false);
  expect(await find(1, 'new.example')).toBe(true);
  expect(await find(2, 'both.example')).toBe(true);
  put(2, []);
  expect(await find(2, 'both.example')).toBe(false);
});

test('a stranger who tries codes has nobody look at all servers', async () => {
  const { directory, put, find } = opened();
  for (let number = 1; number <= 100; number += 1) put(number, [`d${number}.example`]);
  let looks = 0;
  for (const { scope } of directory.servers.values()) {
    Object.assign(scope.senderDomains, {
      has: () => {
        looks += 1;
        return false;
      },
    });
  }
  expect(await find(7, 'stranger.example')).toBe(false);
  expect(looks).toBeLessThan(2);
});

describe('whoever guesses codes', () => {
  const quarterMs = 15 * 60 * 1000;
  /** Of another server, and so a wrong one. */
  const wrong = findCode(testSecrets, id(99), now).code;
  const place = (number: number) => `203.0.113.${number}`;

  test('at one place is not listened to there for a while, and nobody else waits for it', async () => {
    const { put, find, send, clock } = opened();
    put(1, ['one.example']);
    for (let guesses = 0; guesses < 1000; guesses += 1) await send(wrong, 'one.example', place(1));
    expect(await find(1, 'one.example', place(1))).toBe(false);
    expect(await find(1, 'one.example', place(2))).toBe(true);
    clock.elapsedMs += quarterMs;
    expect(await find(1, 'one.example', place(1))).toBe(true);
  });

  test('at one place has the whole network of an IPv6 customer for one', async () => {
    const { put, find, send } = opened();
    put(1, ['one.example']);
    for (let guesses = 0; guesses < 10; guesses += 1)
      await send(wrong, 'one.example', `2001:db8::${guesses}`);
    expect(await find(1, 'one.example', '2001:db8::ffff')).toBe(false);
    expect(await find(1, 'one.example', '2001:db8:0:1::1')).toBe(true);
  });

  test('from everywhere is not listened to for that domain, and others have their codes', async () => {
    const { put, find, send, clock } = opened();
    put(1, ['one.example']);
    put(2, ['two.example']);
    for (let guesses = 0; guesses < 99; guesses += 1) await send(wrong, 'one.example', place(guesses));
    expect(await find(1, 'one.example', place(200))).toBe(true);
    await send(wrong, 'one.example', place(201));
    expect(await find(1, 'one.example', place(200))).toBe(false);
    expect(await find(2, 'two.example', place(200))).toBe(true);
    clock.elapsedMs += quarterMs;
    expect(await find(1, 'one.example', place(200))).toBe(true);
  });

  test('with senders of nobody has nothing counted', async () => {
    const { put, find, send } = opened();
    put(1, ['one.example']);
    for (let guesses = 0; guesses < 200; guesses += 1) await send(wrong, 'stranger.example', place(1));
    expect(await find(1, 'one.example', place(1))).toBe(true);
  });
});

test('who has a request gets no more than so many reports of its proofs written', async () => {
  const { table, put, send, clock } = opened();
  put(1, ['one.example']);
  const pending = { serverId: id(1), state: 'pending', expiresAt: null, proofGeneration: 1 } as const;
  const scope = JSON.stringify({ sender_domains: ['one.example'], recipient_domains: null, tls: 'offered' });
  const networks = ['198.51.100.0/29', '198.51.100.1/32'];
  const entries = networks.map((network, number) => ({
    ...pending,
    entryId: id(10 + number),
    network,
    scope,
    revision: number,
  }));
  loadEntries(table, entries, () => ({ slug: 's1', needs: 'either' }));
  finishLoad(table);
  const prove = (number: number, place = 1) =>
    send(proofToken(testSecrets, id(10 + number), 1), 'one.example', `198.51.100.${place}`);
  let kept = 0;
  for (let messages = 0; messages < 300; messages += 1) if (await prove(0, messages % 7)) kept += 1;
  expect(kept).toBe(100);
  expect(await prove(1)).toBe(true);
  clock.elapsedMs += 15 * 60 * 1000;
  expect(await prove(0)).toBe(true);
});

test('who has a code gets no more than so many reports of it written', async () => {
  const { put, find, clock } = opened();
  put(1, ['one.example']);
  put(2, ['one.example']);
  let kept = 0;
  for (let messages = 0; messages < 300; messages += 1) if (await find(1, 'one.example')) kept += 1;
  expect(kept).toBe(100);
  expect(await find(2, 'one.example')).toBe(true);
  clock.elapsedMs += 15 * 60 * 1000;
  expect(await find(1, 'one.example')).toBe(true);
});

test('a sign-in proves once an hour, also where the clock of the day was set back meanwhile', () => {
  const { directory, table, proofs, told, clock } = opened();
  const credential = { credentialId: id(7), serverId: id(1), username: 'acme', passwordHash: '' };
  putCredentials(directory, [{ ...credential, state: 'usable' }]);
  const request: NodeEntry = {
    ...{ entryId: id(5), serverId: id(1), network: '198.51.100.1/32', state: 'pending' },
    ...{ scope: '{"sender_domains": [], "recipient_domains": null}', expiresAt: null },
    ...{ proofGeneration: 1, revision: 1 },
  };
  applyEntries(table, [request], () => ({ slug: 's1', needs: 'either' }));
  const login = { credentialId: id(7), username: 'acme' };
  const signIn = () => proofs.bySigningIn({ login, address: '198.51.100.1', ehlo: 'x', tls: null });
  signIn();
  signIn();
  expect(told).toEqual(['proof_seen']);
  clock.now = new Date(now.getTime() - 86_400_000);
  clock.elapsedMs += 3_600_000;
  signIn();
  expect(told).toEqual(['proof_seen', 'proof_seen']);
});
