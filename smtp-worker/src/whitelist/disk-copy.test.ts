import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { NodeCredential, NodeEntry, NodeEntryState, NodeServer } from '../../../db/queries/node.ts';
import { silentLog } from '../testing/silent-log.ts';
import { closedEntries, closeEntry, holdBackEnded, releaseHeldBack } from './barred-entries.ts';
import type { Change } from './change-journal.ts';
import { findCredential, newDirectory, putCredentials, putServers, serverOf } from './directory.ts';
import { type DiskCopy, type KeptCopy, openDiskCopy } from './disk-copy.ts';
import { applyEntries, newEntryTable, pendingFor, standingOf } from './entry-table.ts';

const secrets = { current: 'a secret for tests, 32 octets long', previous: null };
const loginLimits = { recipientsPerMessage: 100, messageBytes: 1000 };
const now = Date.UTC(2026, 2, 1);
const folders: string[] = [];
const opened: DiskCopy[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((disk) => disk.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-copy-'));
  folders.push(folder);
  return folder;
}

function openIn(folder: string, changes: Partial<Parameters<typeof openDiskCopy>[0]> = {}) {
  const { log, lines } = silentLog();
  const disk = openDiskCopy({ folder, secrets, loginLimits, log, nowMs: () => now, ...changes });
  opened.push(disk);
  return { disk, lines, complaints: () => lines().filter(({ level }) => level >= 50).length };
}

const id = (number: number) => `0198c1d2-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
const scope = (changes = {}) =>
  JSON.stringify({
    sender_domains: ['acme.example'],
    recipient_domains: null,
    tls: 'offered',
    messages_per_hour: 100,
    recipients_per_message: 100,
    message_bytes: 1_000_000,
    mode: 'enforce',
    sandbox_until: null,
    ...changes,
  });

let revision = 0;
function entry(
  number: number,
  network: string,
  state: NodeEntryState,
  changes: Partial<NodeEntry> = {},
): NodeEntry {
  revision += 1;
  return {
    entryId: id(number),
    serverId: id(900),
    network,
    state,
    scope: scope(),
    expiresAt: null,
    proofGeneration: 1,
    revision,
    ...changes,
  };
}

const server: NodeServer = {
  serverId: id(900),
  slug: 'acme-production',
  senderDomains: ['acme.example'],
  state: 'in_force',
  mailNeeds: 'either',
};
const credential: NodeCredential = {
  credentialId: id(800),
  serverId: id(900),
  username: 'Acme',
  passwordHash: '$argon2id$secret',
  state: 'usable',
};

const clockAt = (heartbeatAt = now) => ({ generation: id(1), revision, heartbeatAt });

function newCopy(): KeptCopy {
  const copy = { clock: clockAt(), table: newEntryTable(), directory: newDirectory() };
  putServers(copy.directory, [server], loginLimits);
  putCredentials(copy.directory, [credential]);
  return copy;
}

function change(copy: KeptCopy, entries: NodeEntry[]): Change {
  applyEntries(copy.table, entries, (serverId) => serverOf(copy.directory, serverId));
  copy.clock = clockAt();
  return { clock: copy.clock, entries };
}

test('what was kept decides as before: entries, what they allow, requests, credentials, removals', async () => {
  const folder = await newFolder();
  const copy = newCopy();
  change(copy, [
    entry(1, '203.0.113.0/29', 'in_force', { expiresAt: now + 5000, scope: scope({ tls: 'required' }) }),
    entry(2, '2001:db8::/64', 'suspended'),
    entry(3, '198.51.100.3/32', 'removed_abuse'),
    entry(4, '198.51.100.4/32', 'pending'),
    entry(5, '198.51.100.5/32', 'in_force', { serverId: id(901), scope: scope({ sender_domains: ['a b'] }) }),
  ]);
  await openIn(folder).disk.write(copy);
  const kept = await openIn(folder).disk.read();
  if (kept === null) throw new Error('nothing was read');
  const standing = (address: string, at = now) => standingOf(kept.table, address, at);
  expect(standing('203.0.113.7').terms?.scope).toMatchObject({ tls: 'required', needs: 'either' });
  expect(standing('203.0.113.7', now + 5000).standing).toBe('lapsed');
  expect(standing('2001:db8::9').standing).toBe('suspended');
  expect(standing('198.51.100.3').standing).toBe('removed_for_abuse');
  expect(pendingFor(kept.table, '198.51.100.4')).toMatchObject([{ entryId: id(4), proofGeneration: 1 }]);
  // Of a server that nobody knows.
  expect(standing('198.51.100.5').terms).toMatchObject({ serverSlug: '', scope: { needs: 'both' } });
  expect(standing('198.51.100.5').terms?.scope.senderDomains).toEqual(new Set(['a b']));
  expect(findCredential(kept.directory, 'ACME')).toEqual(credential);
  expect(kept.directory.servers).toEqual(copy.directory.servers);
  expect([kept.table.inForce, kept.table.checksum]).toEqual([copy.table.inForce, copy.table.checksum]);
  expect(kept.clock).toEqual(copy.clock);
});

test('changes since are applied, the heartbeat is the last one, and what is held back stays so', async () => {
  const folder = await newFolder();
  const copy = newCopy();
  change(copy, [entry(1, '203.0.113.1/32', 'in_force'), entry(2, '203.0.113.2/32', 'in_force')]);
  const before = newCopy();
  change(before, [entry(2, '203.0.113.2/32', 'in_force')]);
  change(before, [entry(2, '203.0.113.2/32', 'ended')]);
  holdBackEnded(copy.table, before.table);
  const { disk } = openIn(folder);
  await disk.write(copy);
  disk.note(change(copy, [entry(1, '203.0.113.1/32', 'ended'), entry(3, '203.0.113.3/32', 'in_force')]));
  disk.note({ clock: clockAt(now + 5000), credentials: [{ ...credential, state: 'ended' }] });
  disk.note({ clock: clockAt(now + 10_000), confirmed: [id(4)] });
  await disk.close();
  const kept = await openIn(folder).disk.read();
  const standings = [1, 2, 3].map(
    (number) => kept && standingOf(kept.table, `203.0.113.${number}`, now).standing,
  );
  expect(standings).toEqual(['none', 'suspended', 'in_force']);
  expect(kept && findCredential(kept.directory, 'acme')).toBeUndefined();
  expect(kept?.clock).toEqual({ generation: id(1), revision, heartbeatAt: now + 10_000 });
});

test('what is held back stays so after a restart until staff confirm it; what they had confirmed is not', async () => {
  const folder = await newFolder();
  const inForce = (number: number) => entry(number, `203.0.113.${number}/32`, 'in_force');
  const before = newCopy();
  change(before, [inForce(1), inForce(2)]);
  change(
    before,
    [1, 2].map((number) => entry(number, `203.0.113.${number}/32`, 'ended')),
  );
  const copy = newCopy();
  change(copy, [inForce(1), inForce(2)]);
  holdBackEnded(copy.table, before.table);
  const { disk } = openIn(folder);
  await disk.write(copy);
  disk.note({ clock: clockAt(), confirmed: [id(2)] });
  await disk.close();
  const kept = await openIn(folder).disk.read();
  if (kept === null) throw new Error('nothing was read');
  const standings = () => [1, 2].map((number) => standingOf(kept.table, `203.0.113.${number}`, now).standing);
  expect(standings()).toEqual(['suspended', 'in_force']);
  // Whatever else changes about it.
  change(kept, [inForce(1)]);
  expect(standings()).toEqual(['suspended', 'in_force']);
  expect(releaseHeldBack(kept.table, [id(1), id(2)])).toEqual([id(1)]);
  expect(standings()).toEqual(['in_force', 'in_force']);
});

test('what was closed before or since still is, and what was reopened is not', async () => {
  const folder = await newFolder();
  const copy = newCopy();
  change(
    copy,
    [1, 2, 3].map((number) => entry(number, `203.0.113.${number}/32`, 'in_force')),
  );
  closeEntry(copy.table, id(1), 'removed_abuse');
  const { disk } = openIn(folder);
  await disk.write(copy);
  disk.note({
    clock: clockAt(),
    closed: [2, 3].map((number) => ({ entryId: id(number), closing: 'suspended' })),
  });
  disk.note({ clock: clockAt(), reopened: [id(3)] });
  await disk.close();
  const kept = await openIn(folder).disk.read();
  const standings = [1, 2, 3].map(
    (number) => kept && standingOf(kept.table, `203.0.113.${number}`, now).standing,
  );
  expect(standings).toEqual(['removed_for_abuse', 'suspended', 'in_force']);
  expect(kept && [...closedEntries(kept.table).keys()]).toEqual([id(1), id(2)]);
});

test('whatever changes while it is written is not lost', async () => {
  const states: NodeEntryState[] = ['in_force', 'ended', 'suspended', 'removed_abuse', 'pending', 'lapsed'];
  const changes = fc.array(
    fc.array(fc.record({ number: fc.nat(30), state: fc.constantFrom(...states), domain: fc.nat(3) }), {
      minLength: 1,
      maxLength: 8,
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(changes, changes, changes, async (first, during, after) => {
      const folder = await newFolder();
      const copy = newCopy();
      const apply = (list: typeof first) =>
        list.map((entries) => {
          const seen = new Map(entries.map((one) => [one.number, one]));
          return change(
            copy,
            [...seen.values()].map(({ number, state, domain }) =>
              entry(number, `203.0.113.${number}/32`, state, {
                scope: scope({ sender_domains: [`d${domain}.example`] }),
              }),
            ),
          );
        });
      apply(first);
      const { disk } = openIn(folder);
      await disk.write(copy);
      const writing = disk.write(copy);
      for (const one of during) {
        for (const noted of apply([one])) disk.note(noted);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await writing;
      for (const noted of apply(after)) disk.note(noted);
      await disk.close();
      const kept = await openIn(folder).disk.read();
      if (kept === null) throw new Error('nothing was read');
      for (let number = 0; number <= 30; number += 1) {
        const of = ({ table }: KeptCopy) => {
          const { standing, terms } = standingOf(table, `203.0.113.${number}`, now);
          return { standing, entry: terms?.entryId, scope: terms?.scope };
        };
        expect(of(kept)).toEqual(of(copy));
        expect(pendingFor(kept.table, `203.0.113.${number}`)).toEqual(
          pendingFor(copy.table, `203.0.113.${number}`),
        );
      }
      expect([kept.table.inForce, kept.table.checksum]).toEqual([copy.table.inForce, copy.table.checksum]);
    }),
    { numRuns: 40 },
  );
});

async function written(): Promise<string> {
  const folder = await newFolder();
  const copy = newCopy();
  change(copy, [entry(1, '203.0.113.1/32', 'in_force')]);
  const { disk } = openIn(folder);
  await disk.write(copy);
  for (const number of [2, 3, 4])
    disk.note(change(copy, [entry(number, `203.0.113.${number}/32`, 'in_force')]));
  await disk.close();
  return folder;
}

test('any octet that is not as it was written, and the copy is not read', async () => {
  const folder = await written();
  const file = path.join(folder, 'copy');
  const whole = await readFile(file);
  for (let at = 0; at < whole.length; at += 7) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] as number) ^ 1;
    await writeFile(file, damaged);
    const { disk, complaints } = openIn(folder);
    expect([at, await disk.read(), complaints()]).toEqual([at, null, 1]);
  }
  for (const length of [0, 10, 31, 32, 33, whole.length - 1]) {
    await writeFile(file, whole.subarray(0, length));
    expect(await openIn(folder).disk.read()).toBeNull();
  }
});

test('of another secret it is not read, of the one before it is', async () => {
  const folder = await written();
  const other = { current: 'another secret, also 32 octets long', previous: null };
  expect(await openIn(folder, { secrets: other }).disk.read()).toBeNull();
  expect(
    await openIn(folder, { secrets: { ...other, previous: secrets.current } }).disk.read(),
  ).not.toBeNull();
});

test('one that was written in the future is not read', async () => {
  const folder = await written();
  expect(await openIn(folder, { nowMs: () => now - 61_000 }).disk.read()).toBeNull();
});

test('a last change that a crash cut off is left away; any other damage, and the copy is not used', async () => {
  const folder = await written();
  const name = (await readdir(folder)).find((one) => one.startsWith('changes-')) ?? '';
  const file = path.join(folder, name);
  const lines = (await readFile(file, 'utf8')).split('\n');
  const inForce = async (text: string) => {
    await writeFile(file, text);
    return (await openIn(folder).disk.read())?.table.inForce;
  };
  expect(await inForce(lines.join('\n'))).toBe(4);
  expect(await inForce(lines.join('\n').slice(0, -10))).toBe(3);
  expect(await inForce([lines[0], lines[2], ''].join('\n'))).toBeUndefined();
  expect(await inForce([lines[1], lines[2], ''].join('\n'))).toBeUndefined();
  for (const line of [0, 1, 2]) {
    const flipped = lines.map((text, at) => (at === line ? text.replace('revision', 'revisiom') : text));
    expect(flipped).not.toEqual(lines);
    expect(await inForce(flipped.join('\n')), `line ${line}`).toBeUndefined();
  }
  expect(await inForce('')).toBe(1);
  await rm(file);
  expect(await openIn(folder).disk.read()).toBeNull();
});

test('nobody else may read it, and nothing of copies before is left', async () => {
  const folder = path.join(await newFolder(), 'deep', 'copy');
  const { disk } = openIn(folder);
  const copy = newCopy();
  for (let times = 0; times < 3; times += 1) await disk.write(copy);
  const names = (await readdir(folder)).sort();
  expect(names).toEqual([expect.stringMatching(/^changes-/), 'copy']);
  for (const name of names) expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('where nothing was kept nothing is read, and that is no complaint', async () => {
  const { disk, complaints } = openIn(await newFolder());
  expect([await disk.read(), complaints()]).toEqual([null, 0]);
});
