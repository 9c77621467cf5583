import { randomInt } from 'node:crypto';
import type { NodeEntry, NodeEntryState, NodeScope } from '../../../db/queries/node.ts';
import { type MailNeeds, type RelayScope, standingAt } from '../../../lib/domain/smtp-decision.ts';
import {
  buildWhitelistIndex,
  enlargedIndex,
  lookUpAddress,
  removeNetwork,
  setNetwork,
  type WhitelistIndex,
} from '../../../lib/domain/whitelist-index.ts';
import type { AddressStanding, EntryTerms } from '../session/types.ts';
import {
  type EntryRows,
  findRow,
  newEntryRows,
  putRow,
  type RowWords,
  rowChecksum,
  rowCountsAs,
  rowEntryId,
  rowExpiresAt,
  rowNetwork,
  rowProofGeneration,
  rowState,
  rowsFrom,
  rowTerms,
} from './entry-rows.ts';
import {
  addPending,
  findPending,
  newPendingEntries,
  type PendingEntries,
  removePending,
} from './pending-entries.ts';
import { toRelayScope } from './scope.ts';

/** Live entries never overlap: the database sees to it. */
const live: ReadonlySet<NodeEntryState> = new Set(['in_force', 'suspended', 'lapsed', 'cancelled']);

/** What entries of one server allow; kept once for all that allow the same. */
export type Terms = {
  readonly serverId: string;
  readonly serverSlug: string;
  readonly scope: RelayScope;
  /** A live entry whose holder is asked whether it is still theirs. */
  readonly takesProof: boolean;
  /** A person decides before it is taken out of force. */
  readonly critical: boolean;
};

/** What decides on an address, in any thread: rows and indexes lie in memory that all of them read. */
export type DecidingTable = {
  readonly rows: RowWords;
  /** networks of live entries */
  readonly index: WhitelistIndex;
  /** networks of entries that were removed for abuse, whoever has them now */
  readonly removed: WhitelistIndex;
  /** by the number that a row names; `undefined` where this thread has not heard of it yet */
  readonly termsOf: (number: number) => Terms | undefined;
  /** what was given out of a row, good for as long as its terms are the same */
  readonly given: Map<number, { readonly terms: number; readonly standing: AddressStanding }>;
};

/** Everything a node knows of entries, and whose an address is. One thread writes. */
export type EntryTable = DecidingTable & {
  readonly rows: EntryRows;
  index: WhitelistIndex;
  removed: WhitelistIndex;
  readonly pending: PendingEntries;
  readonly terms: Terms[];
  readonly termsByKey: Map<string, number>;
  /** Told of new terms before any row names them. */
  onTerms: ((number: number, terms: Terms) => void) | null;
  /** how many are in force, and a sum over them that nodes compare */
  inForce: number;
  checksum: number;
  /** entries that this node knew as no longer in force, in a database that was restored since: staff must say */
  readonly heldBack: Set<number>;
};

/** What the node knows of an entry's server: entries of a server that it does not know get `''`, and need both. */
export type ServerOf = (serverId: string) => { readonly slug: string; readonly needs: MailNeeds };

const mostGiven = 20_000;

export function newEntryTable(rows: EntryRows = newEntryRows()): EntryTable {
  const terms: Terms[] = [];
  return {
    rows,
    index: buildWhitelistIndex([], undefined, randomSeed()),
    removed: buildWhitelistIndex([], undefined, randomSeed()),
    pending: newPendingEntries(),
    terms,
    termsOf: (number) => terms[number],
    termsByKey: new Map(),
    onTerms: null,
    inForce: 0,
    checksum: 0,
    heldBack: new Set(),
    given: new Map(),
  };
}

/** What of a table is kept: its rows, what they allow as `termsByKey` names it, and what is held back. */
export type KeptTable = {
  readonly rows: Uint8Array;
  readonly terms: readonly string[];
  readonly heldBack: readonly number[];
};

/**
 * A table as it was kept. Rows may name terms beyond those that were kept, where they changed while they were written:
 * the change has to be applied again before anybody looks.
 * @throws Error where it was never kept like this
 */
export function tableFrom({ rows, terms, heldBack }: KeptTable): EntryTable {
  const table = newEntryTable(rowsFrom(rows));
  for (const key of terms) addTerms(table, key);
  for (const row of heldBack) table.heldBack.add(row);
  for (let row = 0; row < table.rows.count; row += 1) {
    count(table, row, 1);
    if (rowState(table.rows, row) === 'pending') addPending(table.pending, rowNetwork(table.rows, row), row);
  }
  finishLoad(table);
  return table;
}

/** Strangers must not be able to choose addresses that fall on one another. */
function randomSeed(): number {
  return randomInt(0x1_0000_0000);
}

/** Puts the rows of a snapshot in; `finishLoad` then makes the index of them in one go. */
export function loadEntries(table: EntryTable, entries: readonly NodeEntry[], serverOf: ServerOf): void {
  for (const entry of entries) {
    const row = putRow(table.rows, entry, termsOf(table, entry, serverOf));
    count(table, row, 1);
    if (entry.state === 'pending') addPending(table.pending, rowNetwork(table.rows, row), row);
  }
}

export function finishLoad(table: EntryTable): void {
  table.index = indexOf(table, (state) => live.has(state));
  table.removed = indexOf(table, (state) => state === 'removed_abuse');
}

function indexOf(table: EntryTable, wanted: (state: NodeEntryState) => boolean): WhitelistIndex {
  const networks: string[] = [];
  const numbers: number[] = [];
  for (let row = 0; row < table.rows.count; row += 1) {
    if (!wanted(rowState(table.rows, row))) continue;
    networks.push(rowNetwork(table.rows, row));
    numbers.push(row);
  }
  return buildWhitelistIndex(networks, numbers, randomSeed());
}

/**
 * Applies what has changed. What ends is taken out before what begins is put in, so that a network which passes from
 * one entry to another in one delta belongs to the new one.
 * @returns the rows whose open sessions must end: no longer in force, and not closed before
 */
export function applyEntries(table: EntryTable, entries: readonly NodeEntry[], serverOf: ServerOf): number[] {
  const ended: number[] = [];
  let removalsLifted = false;
  for (const entry of entries) {
    const row = findRow(table.rows, entry.entryId);
    if (row < 0) continue;
    if (rowCountsAs(table.rows, row) === 'in_force' && entry.state !== 'in_force') ended.push(row);
    if (withdraw(table, row, entry)) removalsLifted = true;
  }
  for (const entry of entries) {
    if (entry.state === 'ended' && findRow(table.rows, entry.entryId) < 0) continue;
    const row = putRow(table.rows, entry, termsOf(table, entry, serverOf), staysHeldBack(table, entry));
    count(table, row, 1);
    publish(table, row, entry);
  }
  // Another entry may have been removed from the same network: rare, so all of it is made anew.
  if (removalsLifted) table.removed = indexOf(table, (state) => state === 'removed_abuse');
  return ended;
}

/**
 * Takes a row out of everything it is found by; its own words still say what it was.
 * @returns whether it was a removal for abuse that no longer is one
 */
function withdraw(table: EntryTable, row: number, next: NodeEntry): boolean {
  const state = rowState(table.rows, row);
  const network = rowNetwork(table.rows, row);
  count(table, row, -1);
  if (state === 'pending') removePending(table.pending, network, row);
  const stays = network === withPrefix(next.network);
  if (live.has(state) && !(stays && live.has(next.state))) removeNetwork(table.index, network);
  return state === 'removed_abuse' && !(stays && next.state === 'removed_abuse');
}

function withPrefix(network: string): string {
  return network.includes('/') ? network : `${network}/${network.includes(':') ? 128 : 32}`;
}

function publish(table: EntryTable, row: number, { state, network }: NodeEntry): void {
  if (state === 'pending') addPending(table.pending, rowNetwork(table.rows, row), row);
  if (live.has(state)) table.index = withNetwork(table.index, network, row);
  if (state === 'removed_abuse') table.removed = withNetwork(table.removed, network, row);
}

function withNetwork(index: WhitelistIndex, network: string, row: number): WhitelistIndex {
  if (setNetwork(index, network, row)) return index;
  const bigger = enlargedIndex(index);
  if (!setNetwork(bigger, network, row)) throw new Error('an enlarged index has no room');
  return bigger;
}

function count(table: EntryTable, row: number, change: 1 | -1): void {
  if (rowState(table.rows, row) !== 'in_force') return;
  table.inForce += change;
  table.checksum = (table.checksum + change * rowChecksum(table.rows, row)) >>> 0;
}

function termsOf(table: EntryTable, { serverId, scope }: NodeEntry, serverOf: ServerOf): number {
  const { slug, needs } = serverOf(serverId);
  const key = `${serverId} ${slug} ${needs} ${scope}`;
  return table.termsByKey.get(key) ?? addTerms(table, key);
}

/** @param key everything that the terms are made of, in four words; the last one, JSON, has spaces */
function addTerms(table: EntryTable, key: string): number {
  const [serverId = '', serverSlug = '', needs, ...scope] = key.split(' ');
  const parsed = JSON.parse(scope.join(' ')) as NodeScope;
  const takesProof = parsed.takes_proof === true;
  const critical = parsed.critical === true;
  const number = table.terms.length;
  // Whatever is not `either` asks for more.
  const relayScope = toRelayScope(parsed, needs === 'either' ? 'either' : 'both');
  const terms: Terms = { serverId, serverSlug, scope: relayScope, takesProof, critical };
  table.terms.push(terms);
  table.termsByKey.set(key, number);
  table.onTerms?.(number, terms);
  return number;
}

function staysHeldBack(table: EntryTable, entry: NodeEntry): boolean {
  return table.heldBack.size > 0 && table.heldBack.has(findRow(table.rows, entry.entryId));
}

const noStanding = {
  none: { standing: 'none', terms: null },
  held_back: { standing: 'suspended', terms: null },
  suspended: { standing: 'suspended', terms: null },
  lapsed: { standing: 'lapsed', terms: null },
  cancelled: { standing: 'cancelled', terms: null },
  removed_abuse: { standing: 'removed_for_abuse', terms: null },
} as const satisfies Record<string, AddressStanding>;

/** Whose address this is, and whether it may relay. A live entry counts before any removal of the past. */
export function standingOf(table: DecidingTable, address: string, nowMs: number): AddressStanding {
  const row = lookUpAddress(table.index, address);
  if (row >= 0) {
    const state = rowCountsAs(table.rows, row);
    if (state === 'in_force') return inForceStanding(table, row, nowMs);
    if (state !== 'ended' && state !== 'pending') return noStanding[state];
  }
  return lookUpAddress(table.removed, address) >= 0 ? noStanding.removed_abuse : noStanding.none;
}

/** An entry that is in force here, by its id: what a brake goes by. */
export function entryInForce(
  table: EntryTable,
  entryId: string,
): { critical: boolean; messagesPerHour: number } | null {
  const row = findRow(table.rows, entryId);
  if (row < 0 || rowState(table.rows, row) !== 'in_force') return null;
  const { critical, scope } = table.terms[rowTerms(table.rows, row)] as Terms;
  return { critical, messagesPerHour: scope.messagesPerHour ?? Number.POSITIVE_INFINITY };
}

/** The live entry that an address is in, also one that is not in force now. */
export function liveEntryAt(table: DecidingTable, address: string): string | null {
  const row = lookUpAddress(table.index, address);
  return row < 0 ? null : rowEntryId(table.rows, row);
}

function inForceStanding(table: DecidingTable, row: number, nowMs: number): AddressStanding {
  if (standingAt('in_force', rowExpiresAt(table.rows, row), nowMs) !== 'in_force') return noStanding.lapsed;
  const number = rowTerms(table.rows, row);
  const known = table.given.get(row);
  if (known?.terms === number) return known.standing;
  const { serverSlug, scope } = table.termsOf(number) as Terms;
  const terms: EntryTerms = { number: row, entryId: rowEntryId(table.rows, row), serverSlug, scope };
  const standing: AddressStanding = { standing: 'in_force', terms };
  if (table.given.size >= mostGiven) table.given.clear();
  table.given.set(row, { terms: number, standing });
  return standing;
}

export type PendingEntry = {
  readonly entryId: string;
  readonly serverId: string;
  readonly proofGeneration: number;
};

/** Requests that an address could prove, and the live entry that it is in where its holder is asked to prove it anew. */
export function pendingFor(table: EntryTable, address: string): PendingEntry[] {
  const held = lookUpAddress(table.index, address);
  const asked = held >= 0 && (table.terms[rowTerms(table.rows, held)] as Terms).takesProof ? [held] : [];
  return [...findPending(table.pending, address), ...asked].map((row) => {
    const { serverId } = table.terms[rowTerms(table.rows, row)] as Terms;
    return {
      entryId: rowEntryId(table.rows, row),
      serverId,
      proofGeneration: rowProofGeneration(table.rows, row),
    };
  });
}
