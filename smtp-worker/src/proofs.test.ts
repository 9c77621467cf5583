import { expect, test } from 'vitest';
import { findCode } from '../../lib/secrets/find-code.ts';
import { openProofs } from './proofs.ts';
import { testSecrets } from './testing/test-node.ts';
import { newDirectory, putServers } from './whitelist/directory.ts';
import { newEntryTable } from './whitelist/entry-table.ts';

const id = (number: number) => `0198c1d2-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
const now = new Date('2026-03-01T12:00:00Z');
const limits = { recipientsPerMessage: 100, messageBytes: 1000 };

function opened() {
  const directory = newDirectory();
  const table = newEntryTable();
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
      tell: () => {},
      sighting: () => {},
      waiting: () => 0,
      close: async () => {},
    },
    secrets: testSecrets,
    now: () => now,
  });
  /** Whether the code of a server is taken with a sender of that domain. */
  const find = async (number: number, domain: string) => {
    const { code: token } = findCode(testSecrets, id(number), now);
    const mailFrom = { text: `a@${domain}`, localPart: 'a', domain };
    const answer = await proofs.bySending({ address: '198.51.100.1', token, mailFrom, ehlo: 'x', tls: null });
    return answer.ok;
  };
  return { directory, put, find };
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
