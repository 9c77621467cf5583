import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeEntry, NodeEntryState } from '../../../db/queries/node.ts';
import { formatAddress, parseAddress } from '../../../lib/domain/ip.ts';
import { containsAddress, parseNetwork } from '../../../lib/domain/network.ts';
import { closedEntries, closeEntry, holdBackEnded, releaseHeldBack, reopenEntry } from './barred-entries.ts';
import {
  applyEntries,
  entryInForce,
  finishLoad,
  loadEntries,
  newEntryTable,
  pendingFor,
  standingOf,
} from './entry-table.ts';

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

const id = (number: number) => `0198c1d2-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
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

const serverOf = () => ({ slug: 'acme-production', needs: 'either' }) as const;
const now = Date.UTC(2026, 2, 1);

function loaded(entries: NodeEntry[]) {
  const table = newEntryTable();
  loadEntries(table, entries, serverOf);
  finishLoad(table);
  return table;
}

describe('whose address it is', () => {
  test.each<[NodeEntryState, string]>([
    ['in_force', 'in_force'],
    ['suspended', 'suspended'],
    ['lapsed', 'lapsed'],
    ['cancelled', 'cancelled'],
    ['removed_abuse', 'removed_for_abuse'],
    ['pending', 'none'],
    ['ended', 'none'],
  ])('%s: %s, loaded or learned later', (state, standing) => {
    const one = entry(1, '203.0.113.0/29', state);
    expect(standingOf(loaded([one]), '203.0.113.5', now).standing).toBe(standing);
    const later = newEntryTable();
    applyEntries(later, [one], serverOf);
    expect(standingOf(later, '203.0.113.5', now).standing).toBe(standing);
    expect(standingOf(later, '203.0.113.8', now).standing).toBe('none');
  });

  test('what it allows comes with it', () => {
    const table = loaded([
      entry(1, '2001:db8::/64', 'in_force', { scope: scope({ tls: 'required', mode: 'sandbox' }) }),
    ]);
    const { terms } = standingOf(table, '2001:db8::99', now);
    expect(terms).toMatchObject({ entryId: id(1), serverSlug: 'acme-production' });
    expect(terms?.scope).toMatchObject({ tls: 'required', sandboxUntil: Number.MAX_SAFE_INTEGER });
    expect(terms?.scope.senderDomains.has('acme.example')).toBe(true);
    expect(standingOf(table, '2001:db8::99', now).terms).toBe(terms);
  });

  test('its end is enforced by the clock here', () => {
    const table = loaded([entry(1, '203.0.113.5/32', 'in_force', { expiresAt: now + 5000 })]);
    expect(standingOf(table, '203.0.113.5', now).standing).toBe('in_force');
    expect(standingOf(table, '203.0.113.5', now + 5000).standing).toBe('lapsed');
    const within = loaded([entry(1, '203.0.113.5/32', 'in_force', { expiresAt: now + 5900 })]);
    expect(standingOf(within, '203.0.113.5', now + 5900).standing).toBe('lapsed');
  });

  test('a brake goes by an entry that is in force, and by no other', () => {
    const table = loaded([
      entry(1, '203.0.113.1/32', 'in_force', { scope: scope({ critical: true }) }),
      entry(2, '203.0.113.2/32', 'in_force', { scope: scope({ messages_per_hour: null }) }),
      entry(3, '203.0.113.3/32', 'suspended'),
      entry(4, '203.0.113.4/32', 'ended'),
    ]);
    expect([1, 2, 3, 4, 5].map((number) => entryInForce(table, id(number)))).toEqual([
      { critical: true, messagesPerHour: 100 },
      { critical: false, messagesPerHour: Number.POSITIVE_INFINITY },
      null,
      null,
      null,
    ]);
  });

  test.each([
    ['0001-01-01T00:00:00Z', 'lapsed'],
    ['1900-01-01T00:00:00Z', 'lapsed'],
    ['1970-01-01T00:00:00Z', 'lapsed'],
    ['1970-01-01T00:00:00.500Z', 'lapsed'],
    ['2106-02-07T06:28:17Z', 'in_force'],
    ['9999-12-31T23:59:59Z', 'in_force'],
  ])('an end at %s is %s', (end, standing) => {
    const table = loaded([entry(1, '203.0.113.5/32', 'in_force', { expiresAt: Date.parse(end) })]);
    expect(standingOf(table, '203.0.113.5', now).standing).toBe(standing);
  });

  test('a live entry counts before a removal of the past', () => {
    const removed = entry(1, '203.0.113.0/29', 'removed_abuse');
    const table = loaded([removed, entry(2, '203.0.113.5/32', 'in_force')]);
    expect(standingOf(table, '203.0.113.5', now).standing).toBe('in_force');
    expect(standingOf(table, '203.0.113.6', now).standing).toBe('removed_for_abuse');
  });
});

describe('changes', () => {
  test('an entry that is no longer in force is named, once', () => {
    const table = loaded([entry(1, '203.0.113.5/32', 'in_force')]);
    const [row] = applyEntries(table, [entry(1, '203.0.113.5/32', 'suspended')], serverOf);
    expect(row).toBe(0);
    expect(applyEntries(table, [entry(1, '203.0.113.5/32', 'ended')], serverOf)).toEqual([]);
    expect(standingOf(table, '203.0.113.5', now).standing).toBe('none');
  });

  test('a network passes from one entry to another in one delta, in either order', () => {
    for (const reversed of [false, true]) {
      const table = loaded([entry(1, '203.0.113.0/29', 'in_force')]);
      const changes = [entry(1, '203.0.113.0/29', 'ended'), entry(2, '203.0.113.0/29', 'in_force')];
      applyEntries(table, reversed ? changes.reverse() : changes, serverOf);
      expect(standingOf(table, '203.0.113.5', now).terms?.entryId).toBe(id(2));
    }
  });

  test('new terms count at once', () => {
    const table = loaded([entry(1, '203.0.113.5/32', 'in_force')]);
    standingOf(table, '203.0.113.5', now);
    applyEntries(
      table,
      [entry(1, '203.0.113.5/32', 'in_force', { scope: scope({ recipients_per_message: 1 }) })],
      serverOf,
    );
    expect(standingOf(table, '203.0.113.5', now).terms?.scope.recipientsPerMessage).toBe(1);
  });

  test('removed for abuse, and then not: the other removal from that network stays', () => {
    const table = loaded([
      entry(1, '203.0.113.5/32', 'removed_abuse'),
      entry(2, '203.0.113.5/32', 'removed_abuse'),
    ]);
    applyEntries(table, [entry(2, '203.0.113.5/32', 'ended')], serverOf);
    expect(standingOf(table, '203.0.113.5', now).standing).toBe('removed_for_abuse');
    applyEntries(table, [entry(1, '203.0.113.5/32', 'ended')], serverOf);
    expect(standingOf(table, '203.0.113.5', now).standing).toBe('none');
  });

  test('an entry that changed its network is found in the new one alone', () => {
    const table = loaded([entry(1, '203.0.113.0/30', 'in_force')]);
    applyEntries(table, [entry(1, '203.0.113.0/29', 'in_force')], serverOf);
    expect(standingOf(table, '203.0.113.7', now).standing).toBe('in_force');
    applyEntries(table, [entry(1, '203.0.113.0/29', 'ended')], serverOf);
    expect(standingOf(table, '203.0.113.1', now).standing).toBe('none');
  });

  test('count and checksum depend on what is in force, not on how it came there', () => {
    const one = loaded([entry(1, '203.0.113.1/32', 'in_force'), entry(2, '203.0.113.2/32', 'in_force')]);
    const other = loaded([entry(3, '203.0.113.3/32', 'in_force'), entry(2, '203.0.113.2/32', 'in_force')]);
    expect(other.checksum).not.toBe(one.checksum);
    applyEntries(
      other,
      [entry(1, '203.0.113.1/32', 'in_force'), entry(3, '203.0.113.3/32', 'suspended')],
      serverOf,
    );
    expect([other.inForce, other.checksum]).toEqual([one.inForce, one.checksum]);
  });
});

describe('requests whose proof is taken', () => {
  test('all that an address could prove', () => {
    const table = loaded([entry(1, '203.0.113.0/29', 'pending'), entry(2, '203.0.113.5/32', 'pending')]);
    applyEntries(
      table,
      [entry(3, '203.0.113.5/32', 'pending'), entry(4, '2001:db8::/64', 'pending')],
      serverOf,
    );
    const ids = (address: string) =>
      pendingFor(table, address)
        .map(({ entryId }) => entryId)
        .sort();
    expect(ids('203.0.113.5')).toEqual([id(1), id(2), id(3)]);
    expect(ids('203.0.113.6')).toEqual([id(1)]);
    expect(ids('2001:db8::5')).toEqual([id(4)]);
    expect(ids('203.0.113.8')).toEqual([]);
    applyEntries(
      table,
      [entry(2, '203.0.113.5/32', 'in_force'), entry(1, '203.0.113.0/29', 'ended')],
      serverOf,
    );
    expect(ids('203.0.113.5')).toEqual([id(3)]);
  });

  test('a live entry takes one too, while its holder is asked whether it is still theirs', () => {
    const table = loaded([entry(1, '203.0.113.0/29', 'in_force')]);
    expect(pendingFor(table, '203.0.113.5')).toEqual([]);
    const asked = { scope: scope({ takes_proof: true }) };
    applyEntries(table, [entry(1, '203.0.113.0/29', 'in_force', asked)], serverOf);
    expect(pendingFor(table, '203.0.113.5')).toMatchObject([{ entryId: id(1) }]);
    expect(standingOf(table, '203.0.113.5', 0).standing).toBe('in_force');
    applyEntries(table, [entry(1, '203.0.113.0/29', 'in_force')], serverOf);
    expect(pendingFor(table, '203.0.113.5')).toEqual([]);
  });

  test('with the generation that their token is made of', () => {
    const table = loaded([entry(1, '203.0.113.5/32', 'pending', { proofGeneration: 3 })]);
    expect(pendingFor(table, '203.0.113.5')).toEqual([
      { entryId: id(1), serverId: id(900), proofGeneration: 3 },
    ]);
  });
});

test('after a restore what was known as ended stays refused until staff confirm it', () => {
  const before = loaded([entry(1, '203.0.113.1/32', 'in_force'), entry(2, '203.0.113.2/32', 'in_force')]);
  applyEntries(before, [entry(1, '203.0.113.1/32', 'ended')], serverOf);
  const restored = loaded([entry(1, '203.0.113.1/32', 'in_force'), entry(2, '203.0.113.2/32', 'in_force')]);
  expect(holdBackEnded(restored, before)).toBe(1);
  expect(standingOf(restored, '203.0.113.1', now).standing).toBe('suspended');
  expect(standingOf(restored, '203.0.113.2', now).standing).toBe('in_force');
  applyEntries(restored, [entry(1, '203.0.113.1/32', 'in_force')], serverOf);
  expect(standingOf(restored, '203.0.113.1', now).standing).toBe('suspended');
  expect(releaseHeldBack(restored, [id(1), id(2), id(3)])).toEqual([id(1)]);
  expect(standingOf(restored, '203.0.113.1', now).standing).toBe('in_force');
});

test('one that is closed stays so until it is reopened, and shows what is new then', () => {
  const table = loaded([entry(1, '203.0.113.1/32', 'in_force'), entry(2, '203.0.113.2/32', 'suspended')]);
  expect([
    closeEntry(table, id(1), 'ended'),
    closeEntry(table, id(2), 'ended'),
    closeEntry(table, id(3), 'ended'),
  ]).toEqual([0, -1, -1]);
  expect(standingOf(table, '203.0.113.1', now).standing).toBe('none');
  applyEntries(
    table,
    [entry(1, '203.0.113.1/32', 'in_force', { scope: scope({ recipients_per_message: 7 }) })],
    serverOf,
  );
  expect(standingOf(table, '203.0.113.1', now).standing).toBe('none');
  // Closed it was before: nobody rests on it.
  expect(closeEntry(table, id(1), 'removed_abuse')).toBe(-1);
  expect(standingOf(table, '203.0.113.1', now).standing).toBe('removed_for_abuse');
  expect([...closedEntries(table)]).toEqual([[id(1), 'removed_abuse']]);
  expect([reopenEntry(table, id(1)), reopenEntry(table, id(1))]).toEqual([true, false]);
  expect(standingOf(table, '203.0.113.1', now).terms?.scope.recipientsPerMessage).toBe(7);
});

test('one that is held back and closed is neither once staff have confirmed it and it was read', () => {
  const before = loaded([entry(1, '203.0.113.1/32', 'in_force')]);
  applyEntries(before, [entry(1, '203.0.113.1/32', 'ended')], serverOf);
  const table = loaded([entry(1, '203.0.113.1/32', 'in_force')]);
  holdBackEnded(table, before);
  closeEntry(table, id(1), 'ended');
  expect([...closedEntries(table)]).toEqual([[id(1), 'ended']]);
  releaseHeldBack(table, [id(1)]);
  expect(standingOf(table, '203.0.113.1', now).standing).toBe('none');
  reopenEntry(table, id(1));
  expect(standingOf(table, '203.0.113.1', now).standing).toBe('in_force');
});

test('what has ended in truth is no longer closed', () => {
  const table = loaded([entry(1, '203.0.113.1/32', 'in_force')]);
  closeEntry(table, id(1), 'suspended');
  applyEntries(table, [entry(1, '203.0.113.1/32', 'ended')], serverOf);
  expect([...closedEntries(table)]).toEqual([]);
  expect(reopenEntry(table, id(1))).toBe(false);
  expect(standingOf(table, '203.0.113.1', now).standing).toBe('none');
});

test('one that is held back stays so over a second restore, whatever its server did meanwhile', () => {
  const before = loaded([entry(1, '203.0.113.1/32', 'in_force')]);
  applyEntries(before, [entry(1, '203.0.113.1/32', 'ended')], serverOf);
  const first = loaded([entry(1, '203.0.113.1/32', 'in_force')]);
  holdBackEnded(first, before);
  applyEntries(first, [entry(1, '203.0.113.1/32', 'lapsed')], serverOf);
  const second = loaded([entry(1, '203.0.113.1/32', 'in_force')]);
  expect(holdBackEnded(second, first)).toBe(1);
  expect(standingOf(second, '203.0.113.1', now).standing).toBe('suspended');
});

test('one that was closed when the database was restored counts as ended', () => {
  const before = loaded([entry(1, '203.0.113.1/32', 'in_force')]);
  closeEntry(before, id(1), 'ended');
  const restored = loaded([entry(1, '203.0.113.1/32', 'in_force')]);
  expect(holdBackEnded(restored, before)).toBe(1);
  expect(standingOf(restored, '203.0.113.1', now).standing).toBe('suspended');
});

test('what a restored database does not know is remembered for the next restore', () => {
  const first = loaded([entry(1, '203.0.113.1/32', 'in_force')]);
  applyEntries(first, [entry(1, '203.0.113.1/32', 'ended')], serverOf);
  const second = loaded([entry(2, '203.0.113.2/32', 'in_force')]);
  expect(holdBackEnded(second, first)).toBe(0);
  const third = loaded([entry(1, '203.0.113.1/32', 'in_force'), entry(2, '203.0.113.2/32', 'in_force')]);
  expect(holdBackEnded(third, second)).toBe(1);
  expect(standingOf(third, '203.0.113.1', now).standing).toBe('suspended');
  expect(third.inForce).toBe(2);
});

test('whatever changes in whatever order, the answer is that of the last state of each entry', () => {
  const states: NodeEntryState[] = [
    'in_force',
    'suspended',
    'lapsed',
    'cancelled',
    'removed_abuse',
    'pending',
    'ended',
  ];
  const networks = [
    '203.0.113.0/29',
    '203.0.113.0/30',
    '203.0.113.5/32',
    '2001:db8::/64',
    '2001:db8::5/128',
    '203.0.113.8/29',
  ];
  const addresses = ['203.0.113.1', '203.0.113.5', '203.0.113.9', '2001:db8::5', '2001:db8::6'];
  const change = fc.record({
    number: fc.integer({ min: 0, max: 7 }),
    network: fc.constantFrom(...networks),
    state: fc.constantFrom(...states),
  });
  const live = new Set(['in_force', 'suspended', 'lapsed', 'cancelled']);
  const overlap = (one: string, other: string) =>
    addresses.some((address) => holds(one, address) && holds(other, address)) || one === other;
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 5 }), { maxLength: 12 }), (deltas) => {
      const table = newEntryTable();
      const model = new Map<number, { network: string; state: NodeEntryState }>();
      for (const delta of deltas) {
        const seen = new Map<number, NodeEntry>();
        for (const { number, network, state } of delta) {
          const others = [...model].filter(([other, row]) => other !== number && live.has(row.state));
          // The database lets no two live entries overlap.
          if (live.has(state) && others.some(([, row]) => overlap(row.network, network))) continue;
          model.set(number, { network, state });
          seen.set(number, entry(number, network, state));
        }
        applyEntries(table, [...seen.values()], serverOf);
      }
      for (const address of addresses) {
        const covering = [...model.values()].filter(({ network }) => holds(network, address));
        const alive = covering.find(({ state }) => live.has(state))?.state;
        const gone = covering.some(({ state }) => state === 'removed_abuse') ? 'removed_for_abuse' : 'none';
        expect(standingOf(table, address, now).standing).toBe(alive ?? gone);
        expect(pendingFor(table, address)).toHaveLength(
          covering.filter(({ state }) => state === 'pending').length,
        );
      }
      expect(table.inForce).toBe([...model.values()].filter(({ state }) => state === 'in_force').length);
    }),
    { numRuns: 500 },
  );
});

function holds(network: string, address: string): boolean {
  const parsed = parseNetwork(network);
  const read = parseAddress(address);
  if (!parsed.ok || read === undefined) throw new Error(`${network} ${address}`);
  expect(formatAddress(read)).toBe(address);
  return containsAddress(parsed.network, read);
}

test('many entries', () => {
  const table = newEntryTable();
  const many = Array.from({ length: 5000 }, (_, number) =>
    entry(number, `10.${(number >> 8) & 255}.${number & 255}.0/32`, 'in_force'),
  );
  applyEntries(table, many, serverOf);
  for (const number of [0, 1, 255, 256, 4999]) {
    const address = `10.${(number >> 8) & 255}.${number & 255}.0`;
    expect(standingOf(table, address, now).terms?.entryId).toBe(id(number));
  }
  expect(table.terms).toHaveLength(1);
});
